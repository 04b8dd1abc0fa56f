namespace Oddswire.Client;

/// <summary>Full jitter: anything between nothing and a bound that doubles. Starts over only after a connection that lasted.</summary>
internal sealed class Backoff(DomeClientOptions options)
{
    private int _failures;

    public TimeSpan Next(TimeSpan? atLeast)
    {
        var bound = options.FirstDelay * Math.Pow(2, Math.Min(_failures++, 30));
        var delay = (bound < options.LongestDelay ? bound : options.LongestDelay) * options.Random.NextDouble();
        return atLeast > delay ? atLeast.Value : delay;
    }

    public void Lasted(TimeSpan duration)
    {
        if (duration >= options.LongestDelay) _failures = 0;
    }
}
