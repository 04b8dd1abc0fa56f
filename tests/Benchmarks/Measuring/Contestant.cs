using System.Diagnostics;

namespace Oddswire.Benchmarks.Measuring;

/// <summary>
/// One way to do a job; an operation of it is a message handled or a question answered.
/// It is set up once and then run round after round, so that a round sees the steady state.
/// </summary>
internal abstract class Contestant(int operations)
{
    private TaskCompletionSource _done = new();
    private int _unfinished;

    internal async Task<Sample> Round()
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _unfinished = Parties;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        Begin();
        await _done.Task;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new Sample(operations / seconds, cpu.TotalNanoseconds / operations, (double)allocated / operations);
    }

    /// <summary>How many have to call <see cref="Finished"/> before the round is over.</summary>
    protected virtual int Parties => 1;

    protected abstract void Begin();

    internal void Finished()
    {
        if (Interlocked.Decrement(ref _unfinished) == 0)
            _done.SetResult();
    }
}

/// <summary>What one round showed.</summary>
internal readonly record struct Sample(double PerSecond, double CpuNanosecondsEach, double BytesEach);
