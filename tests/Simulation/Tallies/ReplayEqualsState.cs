using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>
/// At every quiet point the state of each living tally is, byte by byte, the fold of its journal up to the tally's own sequence,
/// and so is every snapshot. (A ghost of an earlier term knows a shorter journal, never another one.)
/// </summary>
internal sealed class ReplayEqualsState : Invariant
{
    private readonly Dictionary<string, List<TallyState>> _folds = [];
    private readonly Dictionary<Cell, Look> _living = [];
    private readonly TallyCodec _codec = new();

    private sealed record Look(string Resource, Func<(long Sequence, TallyState State)> At)
    {
        internal long Checked { get; set; } = -1;
    }

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Appended { Entry: var entry }:
                var fold = FoldOf(entry.PersistenceId);
                fold.Add(fold[^1].Apply(_codec.ReadEvent(entry.Payload.Span)));
                break;
            case Observation.SnapshotSaved { Snapshot: var snapshot }:
                var states = FoldOf(snapshot.PersistenceId);
                if (snapshot.Sequence >= states.Count || !snapshot.Payload.Span.SequenceEqual(TallyCodec.Canonical(states[(int)snapshot.Sequence])))
                    Fail($"the snapshot of {snapshot.PersistenceId} at {snapshot.Sequence} is not the fold of its journal");
                break;
            case TallyObservation.Recovered recovered:
                _living[recovered.Cell] = new Look(recovered.Fence.Resource, recovered.Look);
                break;
            case Observation.Began { Hook: Hook.PreRestart or Hook.PostStop, Cell: var cell }:
                _living.Remove(cell);
                break;
            case Observation.Gone { Process: var process }:
                foreach (var cell in _living.Keys.Where(cell => cell.Process == process).ToArray())
                    _living.Remove(cell);
                break;
        }
    }

    internal override void Quiet()
    {
        foreach (var (cell, look) in _living)
        {
            var (sequence, state) = look.At();
            if (sequence == look.Checked)
                continue;
            look.Checked = sequence;
            var fold = FoldOf(look.Resource);
            if (sequence >= fold.Count)
                Fail($"{cell} is at event {sequence}, and its journal has {fold.Count - 1}");
            else if (!TallyCodec.Canonical(state).AsSpan().SequenceEqual(TallyCodec.Canonical(fold[(int)sequence])))
                Fail($"{cell} at event {sequence} is {state}, and its journal says {fold[(int)sequence]}");
        }
    }

    private List<TallyState> FoldOf(string resource)
    {
        if (!_folds.TryGetValue(resource, out var fold))
            _folds[resource] = fold = [TallyState.Empty];
        return fold;
    }
}
