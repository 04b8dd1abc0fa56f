using System.Collections.Immutable;
using Oddswire.Runtime.Leases;

namespace Oddswire.Runtime.Persistence;

/// <summary>The journal of one process, gone with it. It fences by the terms of the <see cref="InMemoryLeases"/> it is given.</summary>
public sealed class InMemoryJournal(InMemoryLeases leases) : IJournal
{
    private readonly Dictionary<string, List<Entry>> _entries = [];
    private readonly Dictionary<string, Entry> _snapshots = [];

    public ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch)
    {
        if (batch.IsDefaultOrEmpty) return new(ImmutableArray<string>.Empty);
        foreach (var entry in batch) ArgumentException.ThrowIfNullOrEmpty(entry.PersistenceId, nameof(batch));
        lock (leases.Gate)
        {
            var fenced = batch.Where(e => !leases.IsCurrent(e.Fence)).Select(e => e.PersistenceId).Distinct().ToImmutableArray();
            var kept = fenced.IsEmpty ? batch : batch.RemoveAll(e => fenced.Contains(e.PersistenceId));
            RefuseTakenOrLoose(kept);
            foreach (var entry in kept) Stored(entry.PersistenceId).Add(Own(entry));
            return new(fenced);
        }
    }

    public IAsyncEnumerable<Entry> Read(string persistenceId, long after)
    {
        ArgumentException.ThrowIfNullOrEmpty(persistenceId);
        lock (leases.Gate)
        {
            var stored = _entries.GetValueOrDefault(persistenceId, []);
            var start = (int)Math.Clamp(after, 0, stored.Count);
            return stored.GetRange(start, stored.Count - start).ToAsyncEnumerable();
        }
    }

    public IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix)
    {
        lock (leases.Gate)
        {
            var snapshots = _snapshots.Values.Where(snapshot => snapshot.PersistenceId.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            var entries = _entries
                .Where(stream => stream.Key.StartsWith(prefix, StringComparison.Ordinal))
                .SelectMany(stream => stream.Value.Where(entry => !_snapshots.TryGetValue(stream.Key, out var snapshot) || entry.Sequence > snapshot.Sequence))
                .ToList();
            return snapshots.Select(static snapshot => (snapshot, true)).Concat(entries.Select(static entry => (entry, false))).ToAsyncEnumerable();
        }
    }

    public ValueTask<Entry?> LoadSnapshot(string persistenceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(persistenceId);
        lock (leases.Gate) return new(_snapshots.TryGetValue(persistenceId, out var snapshot) ? snapshot : null);
    }

    public ValueTask SaveSnapshot(Entry snapshot)
    {
        ArgumentException.ThrowIfNullOrEmpty(snapshot.PersistenceId, nameof(snapshot));
        lock (leases.Gate)
        {
            if (!_snapshots.TryGetValue(snapshot.PersistenceId, out var stored) || stored.Sequence < snapshot.Sequence)
                _snapshots[snapshot.PersistenceId] = Own(snapshot);
        }
        return default;
    }

    // Before anything is added: a batch is written whole or not at all.
    private void RefuseTakenOrLoose(ImmutableArray<Entry> batch)
    {
        var last = new Dictionary<string, long>();
        foreach (var (id, sequence, _, _, _) in batch)
        {
            var before = last.TryGetValue(id, out var inBatch) ? inBatch : _entries.TryGetValue(id, out var stored) ? stored.Count : 0;
            if (sequence >= 1 && sequence <= before) throw new SequenceTakenException($"event {sequence} of '{id}' exists already");
            if (sequence != before + 1) throw new ArgumentException($"event {sequence} of '{id}' has no event {sequence - 1} before it", nameof(batch));
            last[id] = sequence;
        }
    }

    private List<Entry> Stored(string persistenceId)
    {
        if (!_entries.TryGetValue(persistenceId, out var stored)) _entries[persistenceId] = stored = [];
        return stored;
    }

    // The caller may reuse its buffer as soon as the append has completed.
    private static Entry Own(Entry entry) => entry with { Payload = entry.Payload.ToArray() };
}
