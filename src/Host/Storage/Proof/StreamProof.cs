using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Proof;

// Walks the journal stream by stream and makes every hash again. It stops at the first that is not what it should be: after that nothing
// of the stream can be told.
internal sealed class StreamProof(IJournalRows rows, JournalSeal seal, KnownHeads heads)
{
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
        return new(_entries, _unkeyed, seal.IsKeyed && _unkeyed == 0, first);
    }

    private async Task<Finding?> Walk()
    {
        JournalExtent extent;
        var unseen = heads.Streams.ToHashSet(StringComparer.Ordinal);
        try
        {
            extent = await rows.Extent();
            await foreach (var row in rows.ByStream())
            {
                if (row.Entry.PersistenceId != _stream)
                {
                    if (Truncated() is { } truncated) return truncated;
                    (_stream, _sequence, _position, _hash) = (row.Entry.PersistenceId, 0, 0, default);
                    unseen.Remove(_stream);
                }
                if (await Wrong(row) is { } what) return what;
                (_sequence, _position, _hash) = (row.Entry.Sequence, row.Position, row.Hash);
                _entries++;
            }
        }
        catch (Exception e) when (Sqlite.SqliteFailure.IsDamage(e.InnerException ?? e))
        {
            return new(_stream, _sequence + 1, "unreadable");
        }
        if (Truncated() is { } cut) return cut;
        if (unseen.Order(StringComparer.Ordinal).FirstOrDefault() is { } gone) return new(gone, 1, "truncated");
        // A key is there from one moment on: what has none later was written by somebody who does not have it.
        if (_lastUnkeyed is { } unkeyed && unkeyed.Position > _firstKeyed) return unkeyed.Finding;
        if (extent.Rows < extent.Last) return new("", await rows.FirstHole(), "missing");
        return extent.Noted > extent.Last ? new("", extent.Last + 1, "truncated") : null;
    }

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
        seal.Of(entry.Sequence == 1 ? default : before.Span, entry).AsSpan().SequenceEqual(hash.Span);
}
