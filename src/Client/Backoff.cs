namespace Oddswire.Client;

/// <summary>Full jitter: anything between nothing and a bound that doubles. Starts over only after a connection that lasted.</summary>
internal sealed class Backoff(TimeSpan firstDelay, TimeSpan longestDelay, Random random)
{
    private int _failures;

    public TimeSpan Next(TimeSpan? atLeast)
    {
        var bound = firstDelay * Math.Pow(2, Math.Min(_failures++, 30));
        var delay = (bound < longestDelay ? bound : longestDelay) * random.NextDouble();
        return atLeast > delay ? atLeast.Value : delay;
    }

    public void Lasted(TimeSpan duration)
    {
        if (duration >= longestDelay) _failures = 0;
    }
}
