using System.Collections.Immutable;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Ports;

/// <summary>
/// The truth that all nodes share: leases, journal and snapshots, by the statements of a SQL store, on a clock of its own.
/// It never fails; what fails is the <see cref="Connection"/> to it. Invariants look at it directly.
/// </summary>
internal sealed class Database
{
    private readonly World _world;
    private readonly double _rate;
    private readonly SortedDictionary<string, Row> _leases = [];
    private readonly SortedDictionary<string, List<Entry>> _journal = [];
    private readonly SortedDictionary<string, Entry> _snapshots = [];
    private TimeSpan _jumped;

    internal Database(World world)
    {
        _world = world;
        _rate = 1 + (world.Seed.For("database").NextDouble() - 0.5) / 50;
    }

    internal readonly record struct Row(NodeId Owner, long Term, TimeSpan ExpiresAt);

    internal TimeSpan Now => (_world.Clock.Elapsed * _rate) + _jumped;

    /// <summary>When its clock last jumped ahead: leases then ended before their owners could know.</summary>
    internal TimeSpan? JumpedAheadAt { get; private set; }

    /// <summary>Never far from true time: a clock that is minutes off is an incident, not a fault to tolerate.</summary>
    internal void Jump(TimeSpan by)
    {
        _jumped = TimeSpan.FromSeconds(Math.Clamp((_jumped + by).TotalSeconds, -20, 20));
        if (by > TimeSpan.Zero)
            JumpedAheadAt = _world.Clock.Elapsed;
    }

    internal Row? LeaseOf(string resource) => _leases.TryGetValue(resource, out var row) ? row : null;

    internal IReadOnlyList<Entry> JournalOf(string persistenceId) => _journal.TryGetValue(persistenceId, out var entries) ? entries : [];

    internal ImmutableArray<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix) =>
    [
        .. _snapshots.Values.Where(snapshot => snapshot.PersistenceId.StartsWith(prefix, StringComparison.Ordinal)).Select(static snapshot => (snapshot, true)),
        .. _journal
            .Where(stream => stream.Key.StartsWith(prefix, StringComparison.Ordinal))
            .SelectMany(stream => stream.Value.Where(entry => !_snapshots.TryGetValue(stream.Key, out var snapshot) || entry.Sequence > snapshot.Sequence))
            .Select(static entry => (entry, false)),
    ];

    internal Lease? Hold(Process by, string resource, NodeId owner, TimeSpan timeToLive)
    {
        if (!_leases.TryGetValue(resource, out var row))
            return Grant(by, resource, owner, 1, timeToLive);
        var isLive = row.ExpiresAt >= Now;
        if (isLive && row.Owner != owner)
            return null;
        var isKept = isLive || (_world.Plant.KeepsTermOnReclaim && row.Owner == owner);
        return Grant(by, resource, owner, isKept ? row.Term : row.Term + 1, timeToLive);
    }

    internal Lease Seize(Process by, string resource, NodeId owner, TimeSpan timeToLive) =>
        Grant(by, resource, owner, (LeaseOf(resource)?.Term ?? 0) + 1, timeToLive);

    private Lease Grant(Process by, string resource, NodeId owner, long term, TimeSpan timeToLive)
    {
        var lease = new Lease(new Fence(resource, term), owner, timeToLive);
        _leases[resource] = new Row(owner, term, Now + timeToLive);
        _world.Observe(new Observation.Granted(by, lease.Fence, Now, Now + timeToLive));
        return lease;
    }

    internal void Release(Lease lease)
    {
        if (LeaseOf(lease.Fence.Resource) is not { } row || row.Owner != lease.Owner || row.Term != lease.Fence.Term)
            return;
        if (_world.Plant.DeletesRowOnRelease)
            _leases.Remove(lease.Fence.Resource);
        else
            _leases[lease.Fence.Resource] = row with { ExpiresAt = TimeSpan.MinValue };
    }

    internal ImmutableArray<string> Append(Process by, ImmutableArray<Entry> batch)
    {
        var fenced = _world.Plant.IgnoresFence ? [] : batch.Where(entry => LeaseOf(entry.Fence.Resource)?.Term != entry.Fence.Term)
            .Select(entry => entry.PersistenceId).Distinct().ToImmutableArray();
        var kept = batch.RemoveAll(entry => fenced.Contains(entry.PersistenceId));
        var next = new SortedDictionary<string, long>();
        foreach (var (id, sequence, _, _, _) in kept)
        {
            var free = next.TryGetValue(id, out var known) ? known : JournalOf(id).Count + 1;
            if (sequence < free)
                throw new SequenceTakenException($"event {sequence} of '{id}' exists already");
            if (sequence > free)
                _world.Fail("DenseSequences", $"{by} appends event {sequence} of '{id}', which has {free - 1}");
            next[id] = free + 1;
        }
        foreach (var entry in kept)
        {
            if (!_journal.TryGetValue(entry.PersistenceId, out var entries))
                _journal[entry.PersistenceId] = entries = [];
            entries.Add(entry);
            _world.Observe(new Observation.Appended(by, entry));
        }
        return fenced;
    }

    internal Entry? LoadSnapshot(string persistenceId) => _snapshots.TryGetValue(persistenceId, out var snapshot) ? snapshot : null;

    internal void SaveSnapshot(Process by, Entry snapshot)
    {
        if (LoadSnapshot(snapshot.PersistenceId) is { } stored && stored.Sequence >= snapshot.Sequence)
            return;
        _snapshots[snapshot.PersistenceId] = snapshot;
        _world.Observe(new Observation.SnapshotSaved(by, snapshot));
    }
}
