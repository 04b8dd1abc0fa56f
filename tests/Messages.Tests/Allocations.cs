namespace Oddswire.Messages.Tests;

internal static class Allocations
{
    /// <summary>
    /// Bytes allocated by this thread over many calls, once the code is warm: the least of three times, for a collection that another thread
    /// causes in between counts as allocated what this one had only reserved.
    /// </summary>
    public static long Of(Action action)
    {
        for (var i = 0; i < 200; i++) action();
        return Enumerable.Range(0, 3).Min(_ => Once(action));
    }

    private static long Once(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
