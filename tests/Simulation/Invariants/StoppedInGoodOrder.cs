using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>When a system says that it has stopped, every actor has ended, except who was killed past its deadline.</summary>
internal sealed class StoppedInGoodOrder : Invariant
{
    internal override void On(Observation seen)
    {
        if (seen is not Observation.Gone { InGoodOrder: true, Process: var process })
            return;
        if (process.System.Terminated.Exception?.InnerException is { } cause ? !World.Workloads.Any(workload => workload.ExpectsToEnd(cause)) : !process.System.Terminated.IsCompletedSuccessfully)
            Fail($"{process} has stopped and says it has not");
        foreach (var cell in process.Cells)
        {
            if (cell.State is CellState.Running or CellState.Failed && !process.HasKilled(cell.Path))
                Fail($"{cell} is {cell.State} although its system has stopped");
        }
    }
}
