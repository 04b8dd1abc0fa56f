using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>While an actor is inside one of its hooks, also across awaits, none of its hooks is called.</summary>
internal sealed class OneMessageAtATime : Invariant
{
    internal override void On(Observation seen)
    {
        if (seen is Observation.Began { Cell.Inside: { } inside } began)
            Fail($"{began.Cell} is called on {began.Hook} ({began.Message}) while it is inside {inside}");
    }
}
