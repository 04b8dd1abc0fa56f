using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>Along a journal the terms rise or stay. Who appends in a term was given it.</summary>
internal sealed class TermsNeverFall : Invariant
{
    private readonly Dictionary<string, Entry> _last = [];
    private readonly Dictionary<(string Resource, long Term), Process> _owners = [];

    internal override void On(Observation seen)
    {
        if (seen is Observation.Granted granted)
            _owners.TryAdd((granted.Fence.Resource, granted.Fence.Term), granted.Process);
        if (seen is not Observation.Appended { Entry: var entry } appended)
            return;
        if (_last.TryGetValue(entry.PersistenceId, out var before) && entry.Fence.Term < before.Fence.Term)
            Fail($"{entry.PersistenceId}: event {entry.Sequence} has term {entry.Fence.Term}, the one before it {before.Fence.Term}");
        if (!_owners.TryGetValue((entry.Fence.Resource, entry.Fence.Term), out var owner) || owner != appended.Process)
            Fail($"{entry.PersistenceId}: event {entry.Sequence} of term {entry.Fence.Term} comes from {appended.Process}, which never had it");
        _last[entry.PersistenceId] = entry;
    }
}
