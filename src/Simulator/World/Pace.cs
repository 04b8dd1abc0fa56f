namespace Oddswire.Simulator.World;

// Events per second over the last ten seconds or so, by exponential decay: no history to keep.
internal sealed class Pace(DateTimeOffset start)
{
    private const double Seconds = 10;

    private double _weight;
    private DateTimeOffset _at = start;

    public void Note(DateTimeOffset now, int events)
    {
        _weight = Decayed(now) + events;
        _at = now;
    }

    public double PerSecond(DateTimeOffset now) => Decayed(now) / Seconds;

    private double Decayed(DateTimeOffset now) => _weight * Math.Exp(-Math.Max(0, (now - _at).TotalSeconds) / Seconds);
}
