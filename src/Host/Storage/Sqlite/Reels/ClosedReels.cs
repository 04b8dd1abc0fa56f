using System.Runtime.InteropServices;
using Oddswire.Messages.Orders;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// The lists of the closed reels, by the hand of the writer: written once, and seldom changed, when the chain completes an old fill or takes it back.
internal static class ClosedReels
{
    // The first reel of what is open. Its places are chained list by list first, so that nothing but the keys has to be sorted.
    public static void Close(SqliteSession session, OpenReel open)
    {
        var number = Reel.Of(open.First);
        var fills = open.Fills[..Reel.Size];
        var lists = new Dictionary<ReelKey, (int Last, int Count)>();
        var links = new List<(int At, int Before)>();
        var keys = new ReelKeys();
        var (earliest, latest) = (long.MaxValue, long.MinValue);
        for (var at = 0; at < fills.Length; at++)
        {
            if (fills[at] is not ({ } fill, false)) continue;
            (earliest, latest) = (Math.Min(earliest, fill.Timestamp), Math.Max(latest, fill.Timestamp));
            foreach (var key in keys.Of(fill))
            {
                ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, key, out var known);
                links.Add((at, known ? list.Last : -1));
                list = (links.Count - 1, list.Count + 1);
            }
        }
        session.Statement("insert into reel (number, earliest, latest) values (?, ?, ?)").Bind(1, number).Bind(2, earliest).Bind(3, latest).Run();
        var insert = session.Statement("insert into reel_list (reel, key, places) values (?, ?, ?)");
        var (places, bytes) = (new Place[Reel.Size], new byte[Reel.Size * Place.Bytes]);
        Span<byte> written = stackalloc byte[ReelKey.Size];
        var sorted = lists.Keys.ToArray();
        Array.Sort(sorted);
        foreach (var key in sorted)
        {
            var (link, count) = lists[key];
            for (var i = count - 1; i >= 0; i--)
            {
                var (at, before) = links[link];
                places[i] = new(fills[at].Fill!.Timestamp, at);
                link = before;
            }
            places.AsSpan(0, count).Sort();
            for (var i = 0; i < count; i++) places[i].Write(bytes.AsSpan(i * Place.Bytes));
            insert.Bind(1, number).Bind(2, key.Write(written)).Bind(3, bytes.AsSpan(0, count * Place.Bytes)).Run();
        }
    }

    // All that are full, of a tape that was filled without: an import, or a store of an older schema.
    public static void CloseFull(SqliteSession session)
    {
        var (oldest, newest) = session.Statement("select coalesce(min(offset), 1), coalesce(max(offset), 0) from tape").One(static row => (row.Int64(0), row.Int64(1)));
        for (var number = Reel.Of(oldest); Reel.First(number + 1) <= newest + 1; number++) Close(session, OpenReel.Load(session, 0, Reel.First(number), Reel.First(number + 1)));
    }

    public static void Add(SqliteSession session, long offset, Fill fill)
    {
        var number = Reel.Of(offset);
        foreach (var key in new ReelKeys().Of(fill)) Change(session, number, key, new(fill.Timestamp, (int)(offset - Reel.First(number))), isThere: true);
        session.Statement("update reel set earliest = min(earliest, ?2), latest = max(latest, ?2) where number = ?1").Bind(1, number).Bind(2, fill.Timestamp).Run();
    }

    public static void Take(SqliteSession session, long offset, Fill fill)
    {
        var number = Reel.Of(offset);
        foreach (var key in new ReelKeys().Of(fill)) Change(session, number, key, new(fill.Timestamp, (int)(offset - Reel.First(number))), isThere: false);
    }

    // Reels of which nothing is kept.
    public static void Drop(SqliteSession session, long oldest)
    {
        session.Statement("delete from reel_list where reel < ?").Bind(1, Reel.Of(oldest)).Run();
        session.Statement("delete from reel where number < ?").Bind(1, Reel.Of(oldest)).Run();
    }

    // Empty where there is none.
    public static byte[] List(SqliteSession session, long reel, ReelKey key)
    {
        var select = session.Statement("select places from reel_list where reel = ? and key = ?");
        Span<byte> written = stackalloc byte[ReelKey.Size];
        return select.Bind(1, reel).Bind(2, key.Write(written)).First(static row => row.Blob(0).ToArray(), []);
    }

    public static int Count(SqliteSession session, long reel, ReelKey key)
    {
        var select = session.Statement("select length(places) from reel_list where reel = ? and key = ?");
        Span<byte> written = stackalloc byte[ReelKey.Size];
        return (int)select.Bind(1, reel).Bind(2, key.Write(written)).First(static row => row.Int64(0), 0) / Place.Bytes;
    }

    private static void Change(SqliteSession session, long reel, ReelKey key, Place place, bool isThere)
    {
        Span<byte> written = stackalloc byte[ReelKey.Size];
        var list = List(session, reel, key);
        var index = Place.Find(list, place);
        if (index >= 0 == isThere) return;
        var at = (isThere ? ~index : index) * Place.Bytes;
        var changed = new byte[list.Length + (isThere ? Place.Bytes : -Place.Bytes)];
        list.AsSpan(0, at).CopyTo(changed);
        if (isThere)
        {
            place.Write(changed.AsSpan(at));
            list.AsSpan(at).CopyTo(changed.AsSpan(at + Place.Bytes));
        }
        else
        {
            list.AsSpan(at + Place.Bytes).CopyTo(changed.AsSpan(at));
        }
        if (changed.Length == 0) session.Statement("delete from reel_list where reel = ? and key = ?").Bind(1, reel).Bind(2, key.Write(written)).Run();
        else session.Statement("insert or replace into reel_list (reel, key, places) values (?, ?, ?)").Bind(1, reel).Bind(2, key.Write(written)).Bind(3, changed).Run();
    }
}
