using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>A cancelled or replaced timer never rings, one that is set does, and one with a period never more often than it may.</summary>
internal sealed class TimersRing : Invariant
{
    private sealed record Armed(StageObservation.TimerSet Set, long At)
    {
        internal int Rung { get; set; }
    }

    private readonly Dictionary<(Cell Cell, string Key), Armed> _armed = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case StageObservation.TimerSet set:
                _armed[(set.Cell, set.Tick.Key)] = new Armed(set, set.Cell.Process.Clock.GetTimestamp());
                break;
            case StageObservation.TimerCancelled cancelled:
                _armed.Remove((cancelled.Cell, cancelled.Key));
                break;
            case Observation.Began { Hook: Hook.PreRestart or Hook.PostStop, Cell: var cell }:
                foreach (var key in _armed.Keys.Where(key => key.Cell == cell).ToArray())
                    _armed.Remove(key);
                break;
            case Observation.Began { Message: Cue.Rang rang } began:
                Rings(began.Cell, rang);
                break;
            case Observation.Gone { Process: var process }:
                foreach (var key in _armed.Keys.Where(key => key.Cell.Process == process).ToArray())
                    _armed.Remove(key);
                break;
        }
    }

    private void Rings(Cell cell, Cue.Rang rang)
    {
        if (!_armed.TryGetValue((cell, rang.Key), out var armed) || armed.Set.Tick != rang)
        {
            Fail($"{cell} gets {rang}, which was cancelled or replaced");
            return;
        }
        var elapsed = cell.Process.Clock.GetElapsedTime(armed.At);
        armed.Rung++;
        if (elapsed < armed.Set.Delay * armed.Rung)
            Fail($"{cell} gets {rang} for the {armed.Rung}. time after {elapsed}, and its delay is {armed.Set.Delay}");
        if (armed.Set.Period is null)
            _armed.Remove((cell, rang.Key));
    }

    internal override void Check()
    {
        foreach (var ((cell, _), armed) in _armed)
        {
            if (armed.Set.Period is null && cell.State == CellState.Running)
                Fail($"{armed.Set.Tick} of {cell} never rang");
        }
    }
}
