namespace Oddswire.Simulation.Runs;

/// <summary>Many seeds, one world per core, and one seed in fifty a second time in another process, where it must run in the same way.</summary>
internal sealed class Batch(int from, int seeds, Kind kind)
{
    private const int ReportsShown = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, ulong> _hashes = [];
    private int _next = from - 1;
    private int _failed;

    /// <summary>The number of seeds that failed.</summary>
    internal async Task<int> Run()
    {
        using var unobserved = new Unobserved();
        await using var progress = TimeProvider.System.CreateTimer(
            _ => Console.WriteLine($"  {_hashes.Count} of {seeds} seeds, {_failed} failed"), null, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));
        var repeats = Repeats.InAnotherProcess(from, seeds, kind);
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ =>
            Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        foreach (var (seed, hash) in await repeats)
        {
            if (_hashes[seed] != hash)
                Fail($"SIMULATION FAILED  seed {seed}\n  Reproducible  its trace differs in another process: something in it is not seeded");
        }
        foreach (var exception in unobserved.Collect())
            Fail($"SIMULATION FAILED  seeds {from} to {from + seeds - 1}\n  NothingUnexpected  {exception}");
        return _failed;
    }

    private void Work()
    {
        while (Interlocked.Increment(ref _next) is var seed && seed < from + seeds)
        {
            var run = Simulated.Run(seed, kind);
            lock (_gate)
                _hashes[seed] = run.Hash;
            if (run.Failure is not null)
                Fail(run.Report());
        }
    }

    private void Fail(string report)
    {
        lock (_gate)
        {
            if (_failed++ < ReportsShown)
                Console.WriteLine(report);
        }
    }
}
