using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// The fills behind the last closed reel, as one commit left them, in slabs. What the next commit adds stands behind what this one knows, in the
// same slab; what it changes, it changes in a copy of its slab. So a reader keeps what belongs to the moment that it sees.
internal sealed class OpenReel
{
    private const int Slab = 256; // of which a reel has a whole number

    private readonly List<ReelRow[]> _slabs; // by offset; not there: gone, or never there
    private readonly HashSet<ReelRow[]> _copied = []; // and nobody else's
    private int _count;

    private OpenReel(long commit, long first, List<ReelRow[]> slabs, int count) => (Commit, First, _slabs, _count) = (commit, first, slabs, count);

    // tape_state.commits, by which it is known which moment this is of.
    public long Commit { get; }

    public long First { get; private set; }

    public bool IsFull => _count >= Reel.Size;

    public ref readonly ReelRow this[int at] => ref _slabs[at / Slab][at % Slab];

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
        var open = new OpenReel(commit, first, [], 0);
        open.Grow((int)(end - first));
        var rows = new TapeRows(session);
        using var row = session.Prepared($"select {TapeRows.Columns} from tape where offset >= $first and offset < $end", ("$first", first), ("$end", end)).ExecuteReader();
        while (row.Read())
        {
            var entry = rows.Of(row);
            open.At((int)(entry.Position!.Value.Offset - first)) = ReelRow.Of(entry.Fill, entry.Kind == EntryKind.Removed);
        }
        return open;
    }

    // What the next commit begins with.
    public OpenReel Next() => new(Commit + 1, First, [.. _slabs], _count);

    public void Add(Fill fill)
    {
        Grow(_count + 1);
        At(_count - 1) = ReelRow.Of(fill);
    }

    // False: it is on a closed reel.
    public bool TrySet(long offset, Fill fill, bool removed)
    {
        if (offset < First) return false;
        if (offset - First >= _count) return true;
        var at = (int)(offset - First);
        if (!_copied.Contains(_slabs[at / Slab])) _copied.Add(_slabs[at / Slab] = [.. _slabs[at / Slab]]);
        At(at) = ReelRow.Of(fill, removed);
        return true;
    }

    // The first reel of it is closed.
    public void DropReel()
    {
        _slabs.RemoveRange(0, Reel.Size / Slab);
        (First, _count) = (First + Reel.Size, _count - Reel.Size);
    }

    public List<Place> Find(OrderQuery query, long oldest)
    {
        var found = new List<Place>();
        for (var at = (int)Math.Max(0, oldest - First); at < _count; at++)
        {
            ref readonly var row = ref this[at];
            if (row.Matches(query)) found.Add(new(row.Timestamp, at));
        }
        found.Sort();
        return found;
    }

    private void Grow(int count)
    {
        while (_slabs.Count * Slab < count) _slabs.Add(new ReelRow[Slab]);
        _count = count;
    }

    private ref ReelRow At(int at) => ref _slabs[at / Slab][at % Slab];
}
