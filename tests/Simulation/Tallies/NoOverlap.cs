using Oddswire.Runtime.Leases;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>
/// Of two entities that serve the same resource the one of the lower term has been told to stop by the time the other starts.
/// Excused are only those who could not know: the process stands still or woke this very moment, its own clock stood still,
/// or the store's clock jumped ahead.
/// </summary>
internal sealed class NoOverlap : Invariant
{
    // A node whose clock stood still believes in its lease for that long; one tenth more for clocks of different speed.
    private static readonly TimeSpan Illusion = TimeSpan.FromSeconds(11);

    private readonly Dictionary<Cell, Fence> _serving = [];

    internal override void On(Observation seen)
    {
        if (seen is Observation.Began { Hook: Hook.PostStop or Hook.PreRestart, Cell: var ended })
            _serving.Remove(ended);
        if (seen is not TallyObservation.Recovered { Cell: var cell, Fence: var fence })
            return;
        foreach (var (other, known) in _serving)
        {
            if (other == cell || known.Resource != fence.Resource || !other.IsAlive)
                continue;
            var old = known.Term < fence.Term ? other : cell;
            if (!old.StopRequested() && !IsExcused(old.Process))
                Fail($"{cell} starts in term {fence.Term} while {other} serves in term {known.Term}");
        }
        _serving[cell] = fence;
    }

    private bool IsExcused(Process process)
    {
        var now = World.Clock.Elapsed;
        return process.Paused || process.WokeAt == now
            || process.ThawedAt > now - Illusion || World.Database.JumpedAheadAt > now - Illusion;
    }
}
