using System.Collections.Immutable;
using Oddswire.Runtime;

namespace Oddswire.Messages.Why;

/// <summary>To the actor that keeps what `why` answers from. Told and forgotten: nobody waits for it.</summary>
public abstract record TraceMessage
{
    /// <summary>What happened to fills. Before <paramref name="Oldest"/> the tape keeps none.</summary>
    public sealed record Told(ImmutableArray<FillTrace> Fills, long Oldest) : TraceMessage;

    /// <summary>What the tape holds at a start, oldest first: what an earlier process did not get to write is to be found too.</summary>
    public sealed record Remembered(ImmutableArray<FillTrace> Fills) : TraceMessage;

    public sealed record Sampled(ImmutableArray<PositionSample> Samples) : TraceMessage;

    /// <summary>Answered when all that was told before is stored, or cannot be now.</summary>
    public sealed record Settle(ActorRef<TraceMessage> ReplyTo) : TraceMessage;
}
