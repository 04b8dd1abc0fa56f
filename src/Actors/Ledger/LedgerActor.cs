using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Actors.Ledger;

/// <summary>What outlives an instance: facts that the journal has not taken yet.</summary>
public sealed class LedgerBacklog
{
    // A journal that is down for hours sees few facts an hour; this many means that something cries wolf.
    private const int Most = 10_000;

    private readonly Queue<(LedgerEvent Event, ActorRef<GapId>? ReplyTo)> _events = [];

    internal void Add(LedgerEvent e, ActorRef<GapId>? replyTo = null)
    {
        if (_events.Count < Most)
            _events.Enqueue((e, replyTo));
    }

    internal bool TryPeek(out LedgerEvent e, out ActorRef<GapId>? replyTo)
    {
        var found = _events.TryPeek(out var next);
        (e, replyTo) = next;
        return found;
    }

    internal void Done() => _events.Dequeue();
}

/// <summary>
/// /ledger: facts about feeds and the tape, journaled. A fact that cannot be written waits in the backlog, over restarts of this actor,
/// and is told to clients when it is on record.
/// </summary>
public sealed class LedgerActor(Fence fence, LedgerBacklog backlog, Func<ActorRef<SessionsMessage>?> sessions)
    : EventSourcedActor<LedgerMessage, LedgerEvent, LedgerState>(new("ledger", LedgerState.Empty, new LedgerCodec(), fence))
{
    protected override LedgerState Apply(LedgerState state, LedgerEvent e) =>
        e is LedgerEvent.GapChanged changed ? state.With(changed.Gap) : state;

    protected override ValueTask Recovered() => WriteBacklog();

    protected override ValueTask Receive(LedgerMessage message)
    {
        switch (message)
        {
            case LedgerMessage.FeedFact fact:
                backlog.Add(new LedgerEvent.Fact(System.Time.GetUtcNow().ToUnixTimeMilliseconds(), fact.Feed, fact.Kind, fact.Detail));
                return WriteBacklog();
            case LedgerMessage.GapFact gap:
                backlog.Add(new LedgerEvent.GapChanged(gap.Gap), gap.ReplyTo);
                return WriteBacklog();
            case LedgerMessage.GetGaps get:
                get.ReplyTo.Tell(State.Gaps);
                return default;
            default:
                Unhandled(message);
                return default;
        }
    }

    private async ValueTask WriteBacklog()
    {
        while (backlog.TryPeek(out var e, out var replyTo))
        {
            await Persist(e);
            backlog.Done();
            if (e is not LedgerEvent.GapChanged changed)
                continue;
            replyTo?.Tell(changed.Gap.Id);
            sessions()?.Tell(new SessionsMessage.Broadcast(new SessionMessage.GapChanged(changed.Gap), ExtendedOnly: true));
        }
    }
}
