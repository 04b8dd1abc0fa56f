using Oddswire.Runtime.Diagnostics;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>A system's snapshot of itself lists who lives, in the state that hooks have shown, and nobody else.</summary>
internal sealed class SnapshotsShowWhoLives : Invariant
{
    // A snapshot costs as much as all other invariants of a quiet point together.
    private const int OneIn = 200;

    private int _quietPoints;

    internal override void Quiet()
    {
        if (++_quietPoints % OneIn != 0)
            return;
        foreach (var process in World.Processes)
            Compare(process);
    }

    internal override void Check()
    {
        foreach (var process in World.Processes)
            Compare(process);
    }

    private void Compare(Process process)
    {
        var shown = process.System.Snapshot().ToDictionary(info => info.Path, info => info.State);
        var seen = process.Cells.Where(cell => cell.State != CellState.Stopped).ToLookup(cell => cell.Path);
        foreach (var cell in process.Cells)
        {
            if (process.HasKilled(cell.Path))
                continue;
            if (cell is { State: CellState.Running, Inside: null } && !shown.ContainsKey(cell.Path))
                Fail($"{cell} lives, and a snapshot does not show it");
            if (cell.State == CellState.Stopped && !process.Paused && shown.TryGetValue(cell.Path, out var state) && state == ActorState.Running && !seen.Contains(cell.Path))
                Fail($"{cell} has stopped, and a snapshot shows it as {state}");
        }
    }
}
