using System.Collections.Immutable;

namespace Oddswire.Actors.Why;

/// <summary>What became of a fill for a subscription, in one word. Programs rely on these: add, never rename.</summary>
public enum WhyVerdict
{
    Delivered,
    NotMatched,
    NotSubscribed,
    BeforeStart,
    Gap,
    Paused,
    Limit,
    Slow,
    Removed,
    UnknownFill,

    /// <summary>It matched and is kept, and no connection has been written it: none is attached, or it is being caught up.</summary>
    NotWritten,
}

/// <summary>The answer for people (sentences, in the order of what happened) and for programs (verdict and facts, by time).</summary>
public sealed record WhyAnswer(WhyVerdict Verdict, ImmutableArray<string> Sentences, ImmutableArray<WhyFact> Facts);

/// <param name="Time">Unix milliseconds.</param>
/// <param name="Source">Who says so: a connection upstream, the tape, the journal, the ledger, a connection downstream.</param>
public readonly record struct WhyFact(long Time, string What, string Source);
