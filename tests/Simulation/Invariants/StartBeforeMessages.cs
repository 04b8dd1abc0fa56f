using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>No message before PreStart has completed. After a failure none before a restart, unless the parent said to go on.</summary>
internal sealed class StartBeforeMessages : Invariant
{
    internal override void On(Observation seen)
    {
        if (seen is not Observation.Began { Cell: var cell } began)
            return;
        var isAllowed = began.Hook switch
        {
            Hook.PreStart => cell.State is CellState.Fresh or CellState.Released or CellState.Failed,
            // Failed: resumed by its parent.
            Hook.Receive or Hook.TurnEnded => cell.State is CellState.Running or CellState.Failed,
            _ => true,
        };
        if (!isAllowed)
            Fail($"{cell} is called on {began.Hook} ({began.Message}) while it is {cell.State}");
    }
}
