using System.Diagnostics;

namespace Oddswire.Benchmarks.Stages;

/// <summary>Does a thing many times on this thread: the best of some rounds, since whatever disturbs only adds.</summary>
internal static class Loop
{
    // What is called often is compiled again, with what was seen of it, some tenths of a second later.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    internal static (double Nanoseconds, double Bytes) Best(Action what, int times, int rounds = 15)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < WarmUp;)
            what();
        var (nanoseconds, bytes) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            for (var i = 0; i < times; i++)
                what();
            nanoseconds = Math.Min(nanoseconds, Stopwatch.GetElapsedTime(started).TotalNanoseconds / times);
            bytes = Math.Min(bytes, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / times);
        }
        return (nanoseconds, bytes);
    }
}
