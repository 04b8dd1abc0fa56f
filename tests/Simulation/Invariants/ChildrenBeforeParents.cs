using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>When an actor is released, by a stop or by a restart, everybody below it has ended.</summary>
internal sealed class ChildrenBeforeParents : Invariant
{
    internal override void On(Observation seen)
    {
        if (seen is not Observation.Began { Hook: Hook.PostStop or Hook.PreRestart, Cell: var cell } began)
            return;
        var below = cell.Path + "/";
        var child = cell.Process.Cells.FirstOrDefault(
            other => other.State is CellState.Running or CellState.Failed && other.Path.StartsWith(below, StringComparison.Ordinal));
        if (child is not null)
            Fail($"{cell} is called on {began.Hook} while {child.Path} is {child.State}");
    }
}
