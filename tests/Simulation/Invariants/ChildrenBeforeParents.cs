using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>When an actor is released, by a stop or by a restart, everybody below it has ended; and so has who had the name of a new one.</summary>
internal sealed class ChildrenBeforeParents : Invariant
{
    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Began { Hook: Hook.PostStop or Hook.PreRestart, Cell: var cell } began:
                var below = cell.Path + "/";
                if (Living(cell.Process, path => path.StartsWith(below, StringComparison.Ordinal)) is { } child)
                    Fail($"{cell} is called on {began.Hook} while {child.Path} is {child.State}");
                break;
            case StageObservation.Spawned { Parent: { } parent, Child.Path: var name }:
                if (Living(parent.Process, path => path == name) is { } namesake)
                    Fail($"{parent} has a new child while {namesake} is {namesake.State}");
                break;
        }
    }

    private static Cell? Living(Process process, Func<string, bool> path) => process.Cells.FirstOrDefault(
        cell => cell.State is CellState.Running or CellState.Failed && path(cell.Path));
}
