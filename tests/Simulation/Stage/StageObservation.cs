using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>What players are about to do, told by the players themselves.</summary>
internal abstract record StageObservation : Observation
{
    internal sealed record Sent(Cue.Letter Letter) : StageObservation
    {
        internal override long Mark => Letter.Number;
        public override string ToString() => $"{Letter.Process}{Letter.From?.Path}  writes letter {Letter.Number} to {Letter.To}";
    }

    internal sealed record Stashed(Cell Cell, Cue.Letter Letter) : StageObservation
    {
        public override string ToString() => $"{Cell}  stashes letter {Letter.Number}";
    }

    internal sealed record Unstashed(Cell Cell) : StageObservation
    {
        public override string ToString() => $"{Cell}  unstashes";
    }

    /// <summary>Without a period it rings once.</summary>
    internal sealed record TimerSet(Cell Cell, Cue.Rang Tick, TimeSpan Delay, TimeSpan? Period) : StageObservation
    {
        public override string ToString() => $"{Cell}  sets timer {Tick.Key} ({Tick.Generation}) {(Period is null ? "in" : "every")} {Delay}";
    }

    internal sealed record TimerCancelled(Cell Cell, string Key) : StageObservation
    {
        public override string ToString() => $"{Cell}  cancels timer {Key}";
    }

    internal sealed record Watched(Cell Cell, ActorRef Who, int Watch) : StageObservation
    {
        public override string ToString() => $"{Cell}  watches {Who} ({Watch})";
    }

    internal sealed record Unwatched(Cell Cell, int Watch) : StageObservation
    {
        public override string ToString() => $"{Cell}  unwatches {Watch}";
    }

    internal sealed record Resigned(Cell Cell) : StageObservation
    {
        public override string ToString() => $"{Cell}  stops itself";
    }

    /// <summary>An ask from outside was answered.</summary>
    internal sealed record Answered(Process Process, long Asked, Answer Answer) : StageObservation
    {
        public override string ToString() => $"{Process}  letter {Asked} was answered";
    }

    internal sealed record Spawned(Process Process, Cell? Parent, ActorRef Child) : StageObservation
    {
        public override string ToString() => $"{Process}{Child}  spawned";
    }
}
