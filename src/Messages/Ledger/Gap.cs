using Oddswire.Messages.Values;

namespace Oddswire.Messages.Ledger;

public enum GapState { Open, Filled, Lost }

/// <summary>Time that no source covered. Times are unix milliseconds; <paramref name="To"/> is null while it lasts.</summary>
public sealed record Gap(GapId Id, string Source, long From, long? To, string Reason, GapState State, long Filled);

/// <summary>A fact about feeds and the tape, for the record.</summary>
public abstract record LedgerMessage
{
    public sealed record FeedFact(string Feed, string Kind, string Detail) : LedgerMessage;

    public sealed record GapFact(Gap Gap) : LedgerMessage;

    public sealed record GetGaps(Oddswire.Runtime.ActorRef<System.Collections.Immutable.ImmutableArray<Gap>> ReplyTo) : LedgerMessage;
}
