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
        foreach (var other in cell.Process.Cells)
        {
            if (other.State is not (CellState.Stopped or CellState.Released) && other.Path.StartsWith(below, StringComparison.Ordinal))
                Fail($"{cell} is called on {began.Hook} while {other.Path} is {other.State}");
        }
    }
}
