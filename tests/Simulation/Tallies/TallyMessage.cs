using System.Collections.Immutable;
using Oddswire.Runtime;

namespace Oddswire.Simulation.Tallies;

/// <summary>What clients ask of a tally, an event-sourced sum under a lease.</summary>
internal abstract record TallyMessage
{
    /// <summary>One event per amount, all of them or none. Repeated with the same id it does nothing more.</summary>
    internal sealed record Add(long Id, ImmutableArray<int> Amounts, ActorRef<TallyReply> ReplyTo) : TallyMessage;
    internal sealed record Read(ActorRef<TallyReply> ReplyTo) : TallyMessage;
    internal sealed record Fail : TallyMessage;
}

internal abstract record TallyReply
{
    internal sealed record Ack(long Id) : TallyReply;
    internal sealed record Balance(long Sequence, long Sum) : TallyReply;
}
