using Oddswire.Messages.Orders;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// The lists of the closed reels, by the hand of the writer: written once, and seldom changed, when the chain completes an old fill or takes it back.
internal static class ClosedReels
{
    // All that are full, of a tape that was filled without: an import, or a store of an older schema.
    public static void CloseFull(SqliteSession session)
    {
        var (oldest, newest) = session.Statement("select coalesce(min(offset), 1), coalesce(max(offset), 0) from tape").One(static row => (row.Int64(0), row.Int64(1)));
        var winder = new ReelWinder();
        for (var number = Reel.Of(oldest); Reel.First(number + 1) <= newest + 1; number++) winder.Close(session, OpenReel.Load(session, 0, Reel.First(number), Reel.First(number + 1)));
    }

    public static void Add(SqliteSession session, long offset, Fill fill)
    {
        var number = Reel.Of(offset);
        foreach (var key in new ReelKeys().Of(ReelRow.Of(fill))) Change(session, number, key, new(fill.Timestamp, (int)(offset - Reel.First(number))), isThere: true);
        session.Statement("update reel set earliest = min(earliest, ?2), latest = max(latest, ?2) where number = ?1").Bind(1, number).Bind(2, fill.Timestamp).Run();
    }

    public static void Take(SqliteSession session, long offset, Fill fill)
    {
        var number = Reel.Of(offset);
        foreach (var key in new ReelKeys().Of(ReelRow.Of(fill))) Change(session, number, key, new(fill.Timestamp, (int)(offset - Reel.First(number))), isThere: false);
    }

    // Reels of which nothing is kept.
    public static void Drop(SqliteSession session, long oldest)
    {
        session.Statement("delete from reel_page where number < ?").Bind(1, Reel.Of(oldest) * ReelPage.Count).Run();
        session.Statement("delete from reel where number < ?").Bind(1, Reel.Of(oldest)).Run();
    }

    // Empty where there is none.
    public static byte[] List(SqliteSession session, long reel, ReelKey key) => OnPage(session, reel, key, page => page[ReelPage.Find(page, key)].ToArray());

    public static int Count(SqliteSession session, long reel, ReelKey key) => OnPage(session, reel, key, page => page[ReelPage.Find(page, key)].Length / Place.Bytes);

    public static void Put(SqliteSession session, long number, MemoryStream page) =>
        session.Statement("insert or replace into reel_page (number, lists) values (?, ?)").Bind(1, number).Bind(2, page.GetBuffer().AsSpan(0, (int)page.Length)).Run();

    private static void Change(SqliteSession session, long reel, ReelKey key, Place place, bool isThere)
    {
        var page = OnPage(session, reel, key, static page => page.ToArray());
        var list = page.AsSpan()[ReelPage.Find(page, key)];
        var index = Place.Find(list, place);
        if (index >= 0 == isThere) return;
        var at = (isThere ? ~index : index) * Place.Bytes;
        var changed = new byte[list.Length + (isThere ? Place.Bytes : -Place.Bytes)];
        list[..at].CopyTo(changed);
        if (isThere)
        {
            place.Write(changed.AsSpan(at));
            list[at..].CopyTo(changed.AsSpan(at + Place.Bytes));
        }
        else
        {
            list[(at + Place.Bytes)..].CopyTo(changed.AsSpan(at));
        }
        Put(session, ReelPage.Number(reel, key), ReelPage.With(page, key, changed));
    }

    private static T OnPage<T>(SqliteSession session, long reel, ReelKey key, Func<ReadOnlySpan<byte>, T> read) =>
        session.Statement("select lists from reel_page where number = ?").Bind(1, ReelPage.Number(reel, key)).First(row => read(row.Blob(0)), read([]));
}
