using Oddswire.Host.Storage.Retention;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Proof;

// Walks the journal stream by stream and makes every hash again, from where retention has cut each off: the checkpoints come first, for they say
// where that is. It stops at the first that is not what it should be: after that nothing of the stream can be told.
internal sealed class StreamProof(IJournalRows rows, JournalSeal seal, KnownHeads heads)
{
    private StreamBases _bases = new();
    private SnapshotProof _snapshots = new();
    private string _stream = "";
    private long _sequence;
    private long _position;
    private ReadOnlyMemory<byte> _hash;
    private long _entries;
    private long _unkeyed;
    private (long Position, Finding Finding)? _lastUnkeyed;
    private long _firstKeyed = long.MaxValue;

    public async Task<Verdict> Run()
    {
        var first = await Walk();
        return new(_entries, _unkeyed, seal.IsKeyed && _unkeyed == 0 && _snapshots.FirstUnkeyed is null, first) { Cut = _bases.Removed, Since = _bases.Until };
    }

    private async Task<Finding?> Walk()
    {
        JournalExtent extent;
        var unseen = heads.Streams.ToHashSet(StringComparer.Ordinal);
        try
        {
            extent = await rows.Extent();
            _snapshots = await SnapshotProof.Read(rows, seal);
            Enter(Checkpoint.Stream, new());
            _bases = await StreamBases.Read(rows);
            _stream = "";
            await foreach (var row in CheckpointsFirst())
            {
                if (row.Entry.PersistenceId != _stream)
                {
                    if (Left() is { } wrong) return wrong;
                    Enter(row.Entry.PersistenceId, _bases);
                    if (heads.Contradict(_stream, _sequence, _hash.Span)) return new(_stream, _sequence, "changed");
                    unseen.Remove(_stream);
                }
                if (await Wrong(row) is { } what) return what;
                (_sequence, _position, _hash) = (row.Entry.Sequence, row.Position, row.Hash);
                _entries++;
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            return new(_stream, _sequence + 1, "unreadable");
        }
        if (Left() is { } last) return last;
        if (unseen.Order(StringComparer.Ordinal).Select(Gone).FirstOrDefault(static gone => gone is not null) is { } lost) return lost;
        if (_snapshots.Left() is { } alone) return alone;
        // A key is there from one moment on: what has none later was written by somebody who does not have it.
        if (_lastUnkeyed is { } unkeyed && unkeyed.Position > _firstKeyed) return unkeyed.Finding;
        if (_unkeyed == 0 && _snapshots.FirstUnkeyed is { } forged) return forged;
        if (extent.Rows + _bases.Removed < extent.Last) return await Missing(extent);
        return extent.Noted > extent.Last ? new("", extent.Last + 1, "truncated") : null;
    }

    private static bool IsDamage(Exception e) => Sqlite.SqliteFailure.IsDamage(e) || (e.InnerException is { } cause && Sqlite.SqliteFailure.IsDamage(cause));

    private async IAsyncEnumerable<JournalRow> CheckpointsFirst()
    {
        await foreach (var row in rows.ByStream(Checkpoint.Stream)) yield return row;
        await foreach (var row in rows.ByStream())
            if (row.Entry.PersistenceId != Checkpoint.Stream) yield return row;
    }

    private void Enter(string stream, StreamBases bases)
    {
        var at = bases.Find(stream);
        (_stream, _sequence, _position, _hash) = (stream, at?.Through ?? 0, 0, at?.Hash.AsMemory() ?? default);
    }

    // A stream of which a head is known and nothing is there. One that has ended may have been forgotten since: then the number of entries tells.
    private Finding? Gone(string stream)
    {
        var at = _bases.Find(stream);
        if (at is null) return _bases.Forgotten > 0 ? null : new(stream, 1, "truncated");
        if (heads.Contradict(stream, at.Through, at.Hash.AsSpan())) return new(stream, at.Through, "changed");
        return heads.LengthOf(stream) > at.Through ? new(stream, at.Through + 1, "truncated") : null;
    }

    // In front of the last cut's position nobody can tell which hole is one too many.
    private async Task<Finding> Missing(JournalExtent extent)
    {
        var hole = await rows.FirstHole(_bases.Position);
        return new("", hole > 0 ? hole : Math.Min(_bases.Position, extent.Last), "missing");
    }

    // A stream that was read to its end.
    private Finding? Left() => Truncated() ?? (_stream.Length > 0 ? _snapshots.Of(_stream, _sequence) : null);

    private Finding? Truncated() => _stream.Length > 0 && heads.LengthOf(_stream) > _sequence ? new(_stream, _sequence + 1, "truncated") : null;

    private async Task<Finding?> Wrong(JournalRow row)
    {
        var expected = _sequence + 1;
        if (row.Entry.Sequence != expected) return new(_stream, Math.Min(expected, row.Entry.Sequence), row.Entry.Sequence > expected ? "missing" : "reordered");
        if (row.Hash.Length != JournalSeal.Size) return new(_stream, expected, "unreadable");
        if (!Holds(row)) return new(_stream, expected, await StandsElsewhere(row) ? "reordered" : "changed");
        if (row.Position <= _position) return new(_stream, expected, "reordered");
        return heads.Contradict(_stream, expected, row.Hash.Span) ? new(_stream, expected, "changed") : null;
    }

    private bool Holds(JournalRow row)
    {
        if (Is(seal, row.Entry, _hash, row.Hash))
        {
            _firstKeyed = Math.Min(_firstKeyed, row.Position);
            return true;
        }
        if (!seal.IsKeyed || !Is(JournalSeal.Plain, row.Entry, _hash, row.Hash)) return false;
        _unkeyed++;
        if (_lastUnkeyed is null || _lastUnkeyed.Value.Position < row.Position) _lastUnkeyed = (row.Position, new(_stream, row.Entry.Sequence, "changed"));
        return true;
    }

    // Would it hold in the place of another entry of its stream? Whole rows may have changed places, or only what they say.
    private async Task<bool> StandsElsewhere(JournalRow row)
    {
        ReadOnlyMemory<byte> before = default;
        await foreach (var other in rows.ByStream(_stream))
        {
            var moved = row.Entry with { Sequence = other.Entry.Sequence };
            var said = other.Entry with { Payload = row.Entry.Payload };
            if (other.Position != row.Position && Found(moved, said, before, row, other)) return true;
            before = other.Hash;
        }
        return false;
    }

    private bool Found(Entry moved, Entry said, ReadOnlyMemory<byte> before, JournalRow row, JournalRow other)
    {
        foreach (var candidate in new[] { moved, said })
        {
            // Where hashes moved along with the rows, the one before it stands in its neighbour's place.
            foreach (var previous in new[] { before, other.Hash, row.Hash })
            {
                if (Is(seal, candidate, previous, row.Hash) || Is(seal, candidate, previous, other.Hash)) return true;
            }
        }
        return false;
    }

    private static bool Is(JournalSeal seal, in Entry entry, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> hash) =>
        seal.Of(entry.Sequence == 1 ? [] : before.Span, entry).AsSpan().SequenceEqual(hash.Span);
}
