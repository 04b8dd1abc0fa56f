using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>After PostStop, after a kill and after the death of its process an actor is called no more.</summary>
internal sealed class NothingAfterTheEnd : Invariant
{
    internal override void On(Observation seen)
    {
        if (seen is not Observation.Began { Cell: var cell } began)
            return;
        if (!cell.Process.Alive)
            Fail($"{cell} is called on {began.Hook} ({began.Message}) although its process is dead");
        else if (cell.State == CellState.Stopped)
            Fail($"{cell} is called on {began.Hook} ({began.Message}) after its PostStop");
        else if (cell.Process.HasKilled(cell.Path))
            Fail($"{cell} is called on {began.Hook} ({began.Message}) although it was killed");
    }
}
