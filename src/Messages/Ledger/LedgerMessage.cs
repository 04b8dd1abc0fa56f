using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Ledger;

/// <summary>To the actor that keeps the record: facts about feeds and the tape, and what clients did. Told and forgotten: nobody waits for it.</summary>
public abstract record LedgerMessage
{
    /// <summary>Kind: connected, lost, silent, redriven, refused, limited, retired; for the tape and the journal degraded, recovered.</summary>
    public sealed record FeedFact(string Feed, string Kind, string Detail) : LedgerMessage;

    /// <summary>A gap opened or changed. Answered when that is on record, if somebody waits for it.</summary>
    public sealed record GapFact(Gap Gap, ActorRef<GapId>? ReplyTo = null) : LedgerMessage;

    /// <summary>A client did something, or was not allowed to.</summary>
    public sealed record ClientFact(ClientAct Act) : LedgerMessage;

    /// <summary>An actor exceeded its restart limit and is gone for good.</summary>
    public sealed record Quarantined(string Actor, string Cause) : LedgerMessage;

    public sealed record GetGaps(ActorRef<ImmutableArray<Gap>> ReplyTo) : LedgerMessage;

    /// <summary>What the run before this one has left of a feed. Asked a second time there is nothing to tell: who asks makes a gap of it.</summary>
    public sealed record GetFormerRun(string Feed, ActorRef<FormerRun> ReplyTo) : LedgerMessage;

    /// <summary>Answered when everything that was told before, and the heads of all changed streams, are on record.</summary>
    public sealed record Settle(ActorRef<LedgerMessage> ReplyTo) : LedgerMessage;
}

/// <param name="Heard">Until when the gateway ran for certain (unix milliseconds). Null: this feed has never been connected, so nobody was promised anything.</param>
/// <param name="Open">The gap that lasted then.</param>
public sealed record FormerRun(string Feed, long? Heard, Gap? Open = null);

/// <summary>Where a stream of the journal ends, and the hash of its chain there.</summary>
public sealed record StreamHead(string Stream, long Sequence, ImmutableArray<byte> Hash);
