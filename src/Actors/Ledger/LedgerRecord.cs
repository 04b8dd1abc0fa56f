using System.Collections.Immutable;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Actors.Ledger;

internal abstract record RecordMessage
{
    internal sealed record Write(ImmutableArray<LedgerEvent> Events) : RecordMessage;
    internal sealed record GetGaps(ActorRef<ImmutableArray<Gap>> ReplyTo) : RecordMessage;
}

/// <summary>It is there, or has written what it was given: the ledger ends with this event now.</summary>
internal sealed record RecordReached(long Sequence, LedgerState State) : LedgerMessage;

/// <summary>/ledger/record: writes, and waits for the journal, while its parent listens.</summary>
internal sealed class LedgerRecord(Fence fence, ActorRef<LedgerMessage> ledger)
    : EventSourcedActor<RecordMessage, LedgerEvent, LedgerState>(new(LedgerActor.Stream, LedgerState.Empty, new LedgerCodec(), fence))
{
    protected override LedgerState Apply(LedgerState state, LedgerEvent e) => state.With(e);

    protected override ValueTask Recovered()
    {
        ledger.Tell(new RecordReached(Sequence, State));
        return default;
    }

    protected override async ValueTask Receive(RecordMessage message)
    {
        switch (message)
        {
            case RecordMessage.Write write:
                await Persist(write.Events);
                ledger.Tell(new RecordReached(Sequence, State));
                break;
            case RecordMessage.GetGaps get:
                get.ReplyTo.Tell(State.Gaps);
                break;
        }
    }
}
