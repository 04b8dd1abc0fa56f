namespace Oddswire.Actors.UsMarkets;

/// <summary>When what is told of a market is missed.</summary>
public sealed record UsMarketRules
{
    /// <summary>So long after the last client left, something is still followed: most come back at once.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first word on a book comes within 1.15 s. Who waits longer than this asks again, and then less and less often: it may be a market that does not exist.</summary>
    public TimeSpan FirstWord { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Nothing for so long, or for twenty times what is usual there, and the market is asked for elsewhere, to see whether it is it that is quiet.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest of these waits: each time that nothing was missed doubles the next.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Markets that are kept because somebody follows all of them.</summary>
    public int Markets { get; init; } = 20_000;
}
