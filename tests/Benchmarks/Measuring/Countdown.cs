namespace Oddswire.Benchmarks.Measuring;

/// <summary>Counts to the end of a round and starts over by itself for the next one.</summary>
internal struct Countdown(int from)
{
    private readonly int _from = from;
    private int _left = from;

    internal bool Ended()
    {
        if (--_left > 0)
            return false;
        _left = _from;
        return true;
    }
}
