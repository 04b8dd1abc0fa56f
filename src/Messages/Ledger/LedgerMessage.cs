using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Ledger;

/// <summary>To the actor that keeps the record: facts about feeds and the tape.</summary>
public abstract record LedgerMessage
{
    /// <summary>Kind: connected, lost, silent, redriven, refused, limited, retired; for the tape degraded, recovered.</summary>
    public sealed record FeedFact(string Feed, string Kind, string Detail) : LedgerMessage;

    /// <summary>A gap opened or changed. Answered when that is on record.</summary>
    public sealed record GapFact(Gap Gap, ActorRef<GapId> ReplyTo) : LedgerMessage;

    public sealed record GetGaps(ActorRef<ImmutableArray<Gap>> ReplyTo) : LedgerMessage;
}
