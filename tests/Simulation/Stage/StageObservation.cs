using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>What players are about to do, told by the players themselves.</summary>
internal abstract record StageObservation : Observation
{
    internal sealed record Sent(Cue.Letter Letter) : StageObservation
    {
        internal override long Mark => Letter.Number;
    }

    internal sealed record Stashed(Cell Cell, Cue.Letter Letter) : StageObservation;

    internal sealed record Unstashed(Cell Cell) : StageObservation;

    /// <summary>Without a period it rings once.</summary>
    internal sealed record TimerSet(Cell Cell, Cue.Rang Tick, TimeSpan Delay, TimeSpan? Period) : StageObservation;

    internal sealed record TimerCancelled(Cell Cell, string Key) : StageObservation;

    internal sealed record Watched(Cell Cell, ActorRef Who, int Watch) : StageObservation;

    internal sealed record Unwatched(Cell Cell, int Watch) : StageObservation;

    /// <summary>An ask from outside was answered.</summary>
    internal sealed record Answered(long Asked, Answer Answer) : StageObservation;

    internal sealed record Spawned(Cell? Parent, ActorRef Child) : StageObservation;
}
