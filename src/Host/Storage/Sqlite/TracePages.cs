using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage.Sqlite;

// Traces lie on pages of so many offsets each, and what a group tells of a page is one row, a part of it: a row for each fill cost as much as the fill
// itself. Nobody looks for a transaction often enough for an index to pay, which would be written at each fill, somewhere else each time: what a part is
// looked up by stands side by side, and a look through a million takes ten milliseconds (docs/adr/0033).
internal sealed class TracePages
{
    public const int Size = 512;

    // Then they become one. Where few fills come, a page has a part for each second.
    public const int MostParts = 32;

    private readonly TracePart _part = new(); // the writer's thread alone

    // They come in their order: most groups are on one page, or on two.
    public void Add(SqliteSession session, IReadOnlyList<FillTrace> fills)
    {
        foreach (var onPage in fills.GroupBy(static fill => PageOf(fill.Offset)))
        {
            _part.Clear();
            foreach (var fill in onPage) _part.Add(PlaceOf(fill.Offset), MarkText.Key(fill.Tx.Value), fill.Order is { } order ? MarkText.Key(order.Value) : 0, fill.Marks);
            Put(session, onPage.Key);
        }
    }

    // Whole pages: what is older on the page of the oldest goes with that page.
    public static void Drop(SqliteSession session, long oldest, int most) =>
        session.Statement("delete from trace_page where number in (select number from trace_page where number < ? order by number limit ?)")
            .Bind(1, First(PageOf(Math.Max(oldest, 1)))).Bind(2, most).Run();

    public static long Newest(SqliteSession session)
    {
        var newest = 0L;
        session.Statement("select number, places from trace_page order by number desc").Until(row =>
        {
            var page = row.Int64(0) / MostParts;
            if (newest > 0 && page < PageOf(newest)) return true;
            foreach (var place in TracePart.Places(row.Blob(1))) newest = Math.Max(newest, OffsetOf(page, place));
            return false;
        });
        return newest;
    }

    // Null: nothing is known of it.
    public static FillMarks? Of(SqliteSession session, long offset)
    {
        FillMarks? found = null;
        Parts(session, PageOf(offset), "places, marks", row =>
        {
            var at = TracePart.Places(row.Blob(0)).IndexOf(PlaceOf(offset));
            if (at >= 0) found = (found ?? []).AddRange(MarkText.Read(TracePart.Marks(row.Blob(1), at)));
        });
        return found;
    }

    public static ImmutableArray<long> ByTransaction(SqliteSession session, long tx) => Find(session, "transactions", tx);

    public static ImmutableArray<long> ByOrder(SqliteSession session, long order) => Find(session, "orders", order);

    // Of a store in which each trace was a row.
    public static void TakeRows(SqliteSession session)
    {
        var pages = new TracePages();
        var (oldest, newest) = session.Statement("select coalesce(min(offset), 1), coalesce(max(offset), 0) from fill_trace").One(static row => (row.Int64(0), row.Int64(1)));
        for (var page = PageOf(oldest); OffsetOf(page, 0) <= newest; page++)
        {
            pages._part.Clear();
            session.Statement("select offset, tx, coalesce(order_hash, 0), marks from fill_trace where offset >= ? and offset < ?")
                .Bind(1, OffsetOf(page, 0)).Bind(2, OffsetOf(page + 1, 0)).Each(row => pages._part.Add(PlaceOf(row.Int64(0)), row.Int64(1), row.Int64(2), row.Blob(3)));
            if (!pages._part.IsEmpty) pages.Put(session, page);
        }
        session.Execute("drop table fill_trace; drop table trace_reel");
    }

    // The newest first. A fill whose order became known later, or that was mined again, is found by all that was told.
    private static ImmutableArray<long> Find(SqliteSession session, string column, long key)
    {
        var found = new SortedSet<long>();
        session.Statement($"select number, places, {column} from trace_page order by number desc").Until(row =>
        {
            var page = row.Int64(0) / MostParts;
            if (found.Count >= ITraces.MostFound && page < PageOf(found.Min)) return true;
            var places = TracePart.Places(row.Blob(1));
            var keys = TracePart.Keys(row.Blob(2), places.Length);
            for (var at = 0; at < keys.Length && keys[at..].IndexOf(key) is >= 0 and var next; at += next + 1) found.Add(OffsetOf(page, places[at + next]));
            return false;
        });
        return [.. found.Reverse().Take(ITraces.MostFound)];
    }

    private void Put(SqliteSession session, long page)
    {
        var next = session.Statement("select coalesce(max(number) + 1, ?1) from trace_page where number >= ?1 and number < ?2")
            .Bind(1, First(page)).Bind(2, First(page + 1)).One(static row => row.Int64(0));
        if (next == First(page + 1)) next = Join(session, page);
        _part.Insert(session, next);
    }

    // The parts of a page become its first. Where the next goes.
    private static long Join(SqliteSession session, long page)
    {
        var told = new SortedDictionary<ushort, (long Tx, long Order, byte[] Marks)>();
        Parts(session, page, "places, transactions, orders, marks", row =>
        {
            var places = TracePart.Places(row.Blob(0));
            var transactions = TracePart.Keys(row.Blob(1), places.Length);
            var orders = TracePart.Keys(row.Blob(2), places.Length);
            var marks = row.Blob(3);
            for (var at = 0; at < places.Length; at++)
            {
                var more = TracePart.Marks(marks, at);
                var known = told.GetValueOrDefault(places[at], (Tx: 0, Order: 0, Marks: []));
                told[places[at]] = (transactions[at], orders[at] == 0 ? known.Order : orders[at], known.Marks is [] ? more.ToArray() : [.. known.Marks, (byte)'\n', .. more]);
            }
        });
        session.Statement("delete from trace_page where number >= ? and number < ?").Bind(1, First(page)).Bind(2, First(page + 1)).Run();
        var whole = new TracePart();
        foreach (var (place, (tx, order, marks)) in told) whole.Add(place, tx, order, marks);
        whole.Insert(session, First(page));
        return First(page) + 1;
    }

    // As they were told.
    private static void Parts(SqliteSession session, long page, string columns, Action<SqliteStatement> read) =>
        session.Statement($"select {columns} from trace_page where number >= ? and number < ? order by number").Bind(1, First(page)).Bind(2, First(page + 1)).Each(read);

    private static long PageOf(long offset) => (offset - 1) / Size;

    private static ushort PlaceOf(long offset) => (ushort)((offset - 1) % Size);

    private static long OffsetOf(long page, ushort place) => (page * Size) + place + 1;

    private static long First(long page) => page * MostParts;
}
