namespace Oddswire.Runtime.Leases;

/// <summary>
/// Leases of one process, gone with it: for <c>tape.store = memory</c>, tests and simulation.
/// An <see cref="Persistence.InMemoryJournal"/> built on it shares its gate, so that a term cannot change in the middle of an append.
/// </summary>
public sealed class InMemoryLeases(TimeProvider time) : ILeases
{
    private readonly Dictionary<string, Row> _rows = [];

    internal Lock Gate { get; } = new();

    public ValueTask<Lease?> Hold(string resource, NodeId owner, TimeSpan timeToLive)
    {
        Check(resource, owner, timeToLive);
        lock (Gate)
        {
            var row = _rows.GetValueOrDefault(resource);
            var live = row.ExpiresAt >= time.GetUtcNow();
            if (live && row.Owner != owner) return new((Lease?)null);
            return new(Take(resource, owner, timeToLive, live ? row.Term : row.Term + 1));
        }
    }

    public ValueTask<Lease> Seize(string resource, NodeId owner, TimeSpan timeToLive)
    {
        Check(resource, owner, timeToLive);
        lock (Gate) return new(Take(resource, owner, timeToLive, _rows.GetValueOrDefault(resource).Term + 1));
    }

    public ValueTask Release(Lease lease)
    {
        lock (Gate)
        {
            if (_rows.TryGetValue(lease.Fence.Resource, out var row) && row.Owner == lease.Owner && row.Term == lease.Fence.Term)
                _rows[lease.Fence.Resource] = row with { ExpiresAt = DateTimeOffset.MinValue };
        }
        return default;
    }

    /// <summary>Whether the fence still carries its resource's current term. The caller holds <see cref="Gate"/>.</summary>
    internal bool IsCurrent(Fence fence) => _rows.TryGetValue(fence.Resource, out var row) && row.Term == fence.Term;

    private Lease Take(string resource, NodeId owner, TimeSpan timeToLive, long term)
    {
        _rows[resource] = new(owner, term, time.GetUtcNow() + timeToLive);
        return new(new(resource, term), owner, timeToLive);
    }

    private static void Check(string resource, NodeId owner, TimeSpan timeToLive)
    {
        ArgumentException.ThrowIfNullOrEmpty(resource);
        ArgumentException.ThrowIfNullOrEmpty(owner.Name, nameof(owner));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeToLive, TimeSpan.Zero);
    }

    private readonly record struct Row(NodeId Owner, long Term, DateTimeOffset ExpiresAt);
}
