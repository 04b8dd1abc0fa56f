namespace Oddswire.Actors.Tape;

/// <summary>When a fill is told. The whole gateway has one setting.</summary>
public enum Release
{
    /// <summary>When its log is known, so that it carries every field.</summary>
    Complete,

    /// <summary>As soon as any source tells of it; completed later.</summary>
    First,
}

/// <summary>The settings of the tape.</summary>
public sealed record TapeRules
{
    private static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(2);

    public Release Release { get; init; } = Release.Complete;

    /// <summary>How long a row waits for its log before it goes out as it is.</summary>
    public TimeSpan WaitAtMost { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A log that is told when blocks lie over it is waited for until they do, and a sweep has seen that.</summary>
    public static TimeSpan WaitFor(TimeSpan waitAtMost, int confirmations, TimeSpan sweep) =>
        confirmations == 0 ? waitAtMost : waitAtMost + (confirmations * BlockTime) + sweep;

    /// <summary>Fills older than this are marked late, and native clients get them from REST only.</summary>
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a fill waits for the name of its market.</summary>
    public TimeSpan CatalogWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of fills kept while the store does not take them.</summary>
    public long BufferBytes { get; init; } = 64 << 20;

    /// <summary>A commit that takes longer counts as "cannot be written" for those who wait for fills.</summary>
    public TimeSpan CommitPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether a chain source is configured at all: without one, what a witness missed is lost.</summary>
    public bool HasChain { get; init; } = true;

    /// <summary>
    /// Fills remembered to recognise repetitions, and transactions that somebody is busy with: about a quarter of an hour at a hundred times the venue's rate.
    /// </summary>
    public int Remembered { get; init; } = 200_000;
}
