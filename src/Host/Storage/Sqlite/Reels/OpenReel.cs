using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// The fills behind the last closed reel, as one commit left them. What the next commit adds stands behind what this one knows, in the same
// room; what it changes, it changes in a copy. So a reader keeps what belongs to the moment that it sees.
internal sealed class OpenReel
{
    private (Fill? Fill, bool Removed)[] _fills; // by offset; null: gone, or never there
    private int _count;
    private bool _shared;

    private OpenReel(long commit, long first, (Fill? Fill, bool Removed)[] fills, int count) => (Commit, First, _fills, _count) = (commit, first, fills, count);

    // tape_state.commits, by which it is known which moment this is of.
    public long Commit { get; }

    public long First { get; private set; }

    public bool IsFull => _count >= Reel.Size;

    public ReadOnlySpan<(Fill? Fill, bool Removed)> Fills => _fills.AsSpan(0, _count);

    // From the rows, where nobody remembers that moment: at a start.
    public static OpenReel Load(SqliteSession session, long commit)
    {
        var (closed, oldest, newest) = session.Statement(
            "select coalesce((select max(number) + 1 from reel), -1), coalesce((select min(offset) from tape), newest + 1), newest from tape_state")
            .One(static row => (row.Int64(0), row.Int64(1), row.Int64(2)));
        return Load(session, commit, Reel.First(closed < 0 ? Reel.Of(oldest) : closed), newest + 1);
    }

    public static OpenReel Load(SqliteSession session, long commit, long first, long end)
    {
        var rows = new TapeRows(session);
        var fills = new (Fill? Fill, bool Removed)[Math.Max(Reel.Size, end - first)];
        using var row = session.Prepared($"select {TapeRows.Columns} from tape where offset >= $first and offset < $end", ("$first", first), ("$end", end)).ExecuteReader();
        while (row.Read())
        {
            var entry = rows.Of(row);
            fills[entry.Position!.Value.Offset - first] = (entry.Fill, entry.Kind == EntryKind.Removed);
        }
        return new(commit, first, fills, (int)(end - first));
    }

    // What the next commit begins with.
    public OpenReel Next() => new(Commit + 1, First, _fills, _count) { _shared = true };

    public void Add(Fill fill)
    {
        if (_count == _fills.Length)
        {
            Array.Resize(ref _fills, 2 * _count);
            _shared = false;
        }
        _fills[_count++] = (fill, false);
    }

    // False: it is on a closed reel.
    public bool TrySet(long offset, Fill fill, bool removed)
    {
        if (offset < First) return false;
        if (offset - First >= _count) return true;
        if (_shared) _fills = [.. _fills];
        _shared = false;
        _fills[offset - First] = (fill, removed);
        return true;
    }

    // The first reel of it is closed.
    public void DropReel()
    {
        var left = _fills[Reel.Size.._count];
        _fills = new (Fill?, bool)[Math.Max(Reel.Size, left.Length)];
        left.CopyTo(_fills, 0);
        (First, _count, _shared) = (First + Reel.Size, left.Length, false);
    }

    public List<Place> Find(OrderQuery query, long oldest)
    {
        var found = new List<Place>();
        for (var at = (int)Math.Max(0, oldest - First); at < _count; at++)
        {
            if (_fills[at] is ({ } fill, false) && Matches(query, fill)) found.Add(new(fill.Timestamp, at));
        }
        found.Sort();
        return found;
    }

    private static bool Matches(OrderQuery query, Fill fill) =>
        (query.User is not { } user || user == fill.User)
        && (query.Token is not { } token || token == fill.Token)
        && (query.Condition is not { } condition || condition == fill.Market.Condition)
        && (query.Slug is not { } slug || (slug.Length > 0 && slug == fill.Market.Slug))
        && !(fill.Timestamp < query.From) && !(fill.Timestamp > query.To);
}
