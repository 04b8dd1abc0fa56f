using System.Diagnostics;

namespace Oddswire.Benchmarks.Stages;

/// <summary>Does a thing many times on this thread: the best of some rounds, since whatever disturbs only adds.</summary>
internal static class Loop
{
    // What is called often is compiled again, with what was seen of it, some tenths of a second later.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    internal static (double Nanoseconds, double Bytes) Best(Action what, int times, int rounds = 15)
    {
        Warm(what);
        (double, double) best = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < rounds; round++)
            best = Better(best, Round(what, times));
        return best;
    }

    /// <summary>Of two things that are compared, round by round in turn: what the machine does meanwhile happens to both.</summary>
    internal static ((double Nanoseconds, double Bytes) One, (double Nanoseconds, double Bytes) Other) BestOfBoth(Action one, int times, Action other, int otherTimes, int rounds = 30)
    {
        Warm(one);
        Warm(other);
        ((double, double) One, (double, double) Other) best = ((double.MaxValue, double.MaxValue), (double.MaxValue, double.MaxValue));
        for (var round = 0; round < rounds; round++)
            best = (Better(best.One, Round(one, times)), Better(best.Other, Round(other, otherTimes)));
        return best;
    }

    private static void Warm(Action what)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WarmUp;)
            what();
    }

    private static (double Nanoseconds, double Bytes) Round(Action what, int times)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            what();
        return (Stopwatch.GetElapsedTime(started).TotalNanoseconds / times, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / times);
    }

    private static (double, double) Better((double Nanoseconds, double Bytes) one, (double Nanoseconds, double Bytes) other) =>
        (Math.Min(one.Nanoseconds, other.Nanoseconds), Math.Min(one.Bytes, other.Bytes));
}
