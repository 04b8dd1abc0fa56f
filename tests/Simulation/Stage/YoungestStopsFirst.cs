using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>A system that stops ends its top-level actors one by one, youngest first; who stops of its own accord may do so before.</summary>
internal sealed class YoungestStopsFirst : Invariant
{
    private readonly Dictionary<Process, List<Cell>> _inStartOrder = [];
    private readonly HashSet<Cell> _resigned = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case StageObservation.Spawned { Parent: null, Process: var process } spawned:
                if (!_inStartOrder.TryGetValue(process, out var cells))
                    _inStartOrder[process] = cells = [];
                cells.Add(process.CellOf(spawned.Child));
                break;
            case StageObservation.Resigned { Cell: var cell }:
                _resigned.Add(cell);
                break;
            case Observation.Began { Hook: Hook.PostStop, Cell: { Process.Stopping: true } cell } when !_resigned.Contains(cell):
                var younger = _inStartOrder[cell.Process].SkipWhile(other => other != cell).Skip(1);
                if (younger.FirstOrDefault(other => other.State is CellState.Running or CellState.Failed && !cell.Process.HasKilled(other.Path)) is { } early)
                    Fail($"{cell} is stopped before {early}, which is younger");
                break;
        }
    }
}
