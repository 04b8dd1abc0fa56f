namespace Oddswire.Runtime.Supervision;

/// <summary>How a delay is spread, so that many who failed together do not come back together.</summary>
public readonly record struct Jitter
{
    private Jitter(double share) => Share = share;

    /// <summary>The delay is drawn from (1 - share) to 1 times its nominal length.</summary>
    public double Share { get; }

    /// <summary>Anything from nothing to the nominal delay.</summary>
    public static Jitter Full => new(1);

    public static Jitter None => default;

    public static Jitter Of(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return new(share);
    }
}

/// <summary>
/// Doubling from <paramref name="First"/> to <paramref name="Max"/>. It starts over after a quiet <see cref="RestartLimit.Within"/>,
/// never on a mere start: who starts and fails again at once must not be let off.
/// </summary>
public sealed record Backoff(TimeSpan First, TimeSpan Max, Jitter Jitter)
{
    public static Backoff Default { get; } = new(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(30), Jitter.Of(0.2));

    public static Backoff None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, Jitter.None);

    /// <summary>The delay before a restart; <paramref name="attempt"/> is 0 for the first one after a quiet period.</summary>
    public TimeSpan Delay(int attempt, Random random)
    {
        var nominal = Math.Min(Max.Ticks, First.Ticks * Math.Pow(2, Math.Min(attempt, 62)));
        return TimeSpan.FromTicks((long)(nominal * (1 - (Jitter.Share * random.NextDouble()))));
    }
}
