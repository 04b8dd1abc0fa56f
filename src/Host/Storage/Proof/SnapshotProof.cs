namespace Oddswire.Host.Storage.Proof;

// The states that were saved of streams: each under its own seal, and none further than its stream goes.
internal sealed class SnapshotProof
{
    private readonly SortedDictionary<string, (long Sequence, bool Holds)> _snapshots = new(StringComparer.Ordinal);

    // The first whose seal is from before there was a key.
    public Finding? FirstUnkeyed { get; private set; }

    public static async Task<SnapshotProof> Read(IJournalRows rows, JournalSeal seal)
    {
        var proof = new SnapshotProof();
        await foreach (var (_, snapshot, hash) in rows.Snapshots())
        {
            var (keyed, holds) = (seal.HoldsByKey(snapshot, hash), seal.Holds(snapshot, hash));
            proof._snapshots.Add(snapshot.PersistenceId, (snapshot.Sequence, holds));
            if (holds && !keyed) proof.FirstUnkeyed ??= Changed(snapshot.PersistenceId, snapshot.Sequence);
        }
        return proof;
    }

    // What is wrong with that of a stream which ends there.
    public Finding? Of(string stream, long end)
    {
        if (!_snapshots.Remove(stream, out var snapshot)) return null;
        if (!snapshot.Holds) return Changed(stream, snapshot.Sequence);
        return snapshot.Sequence > end ? new(stream, end + 1, "truncated") : null;
    }

    // Of streams of which there was nothing else.
    public Finding? Left() => _snapshots.Keys.FirstOrDefault() is { } stream ? new(stream, 1, "truncated") : null;

    private static Finding Changed(string stream, long sequence) => new(stream, sequence, "changed") { InSnapshot = true };
}
