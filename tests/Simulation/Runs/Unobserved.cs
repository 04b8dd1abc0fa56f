using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Runs;

/// <summary>
/// Exceptions of tasks that nobody looked at. They show when the task is collected, long after their seed, hence for all worlds together.
/// Those of a crashed process have an excuse: who would have looked is dead.
/// </summary>
internal sealed class Unobserved : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _found = [];

    internal Unobserved() => TaskScheduler.UnobservedTaskException += Note;

    internal IReadOnlyList<string> Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        lock (_gate)
            return [.. _found];
    }

    private void Note(object? sender, UnobservedTaskExceptionEventArgs unobserved)
    {
        foreach (var exception in unobserved.Exception.Flatten().InnerExceptions)
        {
            var process = Planned.ProcessOf(exception);
            if (process is { Alive: false } or { World.Failure: not null } || (process is null && (Planned.Is(exception) || Planned.RefusedAsKilled(exception) is not null)))
                continue;
            lock (_gate)
                _found.Add($"seed {process?.World.Seed.Number.ToString() ?? "unknown"}, {process}: nobody observed {exception}");
        }
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= Note;
}
