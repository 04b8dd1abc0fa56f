using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>A watcher is told once, only when the watched has ended, and after everything that the watched itself had told it.</summary>
internal sealed class WatchersAreTold : Invariant
{
    private sealed record Pair(Cell Watcher, ActorRef Who)
    {
        internal bool Recalled { get; set; }
    }

    private readonly Dictionary<(Process Process, int Watch), Pair> _open = [];
    private readonly Dictionary<(ActorRef From, ActorRef To), SortedSet<long>> _underWay = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case StageObservation.Watched { Cell: var cell } watched:
                foreach (var earlier in _open.Values.Where(pair => pair.Watcher == cell && pair.Who == watched.Who))
                    earlier.Recalled = true;        // the new watch replaces it
                _open[(cell.Process, watched.Watch)] = new Pair(cell, watched.Who);
                break;
            case StageObservation.Unwatched { Cell: var cell } unwatched:
                if (_open.TryGetValue((cell.Process, unwatched.Watch), out var recalled))
                    recalled.Recalled = true;
                break;
            case Observation.Began { Message: Cue.Ended ended, Cell: var cell }:
                Told(cell, ended);
                break;
            case StageObservation.Sent { Letter: { Ordered: true, From: { } from } letter }:
                UnderWay(from.Self, letter.To).Add(letter.Number);
                break;
            case Observation.Began { Message: Cue.Letter { Ordered: true, From: { } from } letter }:
                UnderWay(from.Self, letter.To).Remove(letter.Number);
                break;
            case Observation.Dead { Letter.Message: Cue.Letter { Ordered: true, From: { } from } letter }:
                UnderWay(from.Self, letter.To).Remove(letter.Number);
                break;
            case Observation.Began { Hook: Hook.PreRestart, Cell: var cell }:
                // The end of its own children is no news to a new instance.
                foreach (var pair in _open.Values.Where(pair => pair.Watcher == cell))
                    pair.Recalled |= pair.Who.Path.StartsWith(cell.Path + "/", StringComparison.Ordinal);
                break;
            case Observation.Gone { Process: var process }:
                foreach (var key in _open.Keys.Where(key => key.Process == process).ToArray())
                    _open.Remove(key);
                break;
        }
    }

    private void Told(Cell cell, Cue.Ended ended)
    {
        if (!_open.Remove((cell.Process, ended.Watch), out var pair))
            Fail($"{cell} is told twice about watch {ended.Watch}");
        else if (pair.Watcher != cell)
            Fail($"{cell} is told about watch {ended.Watch} of {pair.Watcher}");
        // Who is killed is called on nothing more: that it has ended shows in no hook of its own.
        else if (cell.Process.CellOf(pair.Who).State is not (CellState.Stopped or CellState.Released or CellState.Fresh) && !cell.Process.HasKilled(pair.Who.Path))
            Fail($"{cell} is told that {pair.Who} has ended, and it is {cell.Process.CellOf(pair.Who).State}");
        else if (UnderWay(pair.Who, cell.Self).Count > 0)
            Fail($"{cell} is told that {pair.Who} has ended before it got letter {UnderWay(pair.Who, cell.Self).Min} from it");
    }

    private SortedSet<long> UnderWay(ActorRef from, ActorRef to)
    {
        if (!_underWay.TryGetValue((from, to), out var numbers))
            _underWay[(from, to)] = numbers = [];
        return numbers;
    }

    internal override void Check()
    {
        foreach (var ((process, watch), pair) in _open)
        {
            if (!pair.Recalled && pair.Watcher.State == CellState.Running && process.CellOf(pair.Who).State == CellState.Stopped)
                Fail($"{pair.Watcher} was never told that {pair.Who} has ended (watch {watch})");
        }
    }
}
