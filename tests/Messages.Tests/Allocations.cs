namespace Oddswire.Messages.Tests;

internal static class Allocations
{
    /// <summary>Bytes allocated by this thread over many calls, once the code is warm.</summary>
    public static long Of(Action action)
    {
        for (var i = 0; i < 200; i++) action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
