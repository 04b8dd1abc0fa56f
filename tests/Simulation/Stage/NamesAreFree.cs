using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>A name is free for a new child when who had it has ended, and not before.</summary>
internal sealed class NamesAreFree : Invariant
{
    internal override void On(Observation seen)
    {
        if (seen is not StageObservation.Spawned spawned)
            return;
        var namesake = spawned.Process.Cells.FirstOrDefault(
            cell => cell.State is CellState.Running or CellState.Failed && cell.Path == spawned.Child.Path && cell.Self != spawned.Child);
        if (namesake is not null)
            Fail($"{namesake} gets a namesake while it is {namesake.State}");
    }
}
