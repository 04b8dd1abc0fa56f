using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Host.Storage;

// The tape in the embedded store. It shares the writer with the journal, and is not part of the journal's running hash: the chain can tell
// again what a damaged tape has lost.
internal sealed class SqliteTape(SqliteStore store, TimeSpan keep, long maxBytes, TimeProvider time) : ITape
{
    // What is too old goes in small steps, so that no commit waits for it: faster than it can become too old, at any rate that is real.
    private const int TrimEvery = 16;
    private const int TrimRows = 500;

    // A read looks at this many rows at most, and says how far it got.
    private const int MostLookedAt = 10_000;

    private const string Columns = "offset, epoch, late, removed, data";

    private readonly SqliteTapeQuery _query = new(store);
    private int _commits;

    public async ValueTask<TapeHead> Open() => await Answered(store.Readers.Run(static session =>
    {
        using var row = session.Prepared("""
            select epoch, newest, swept_block, swept_time, coalesce((select min(offset) from tape), newest + 1) from tape_state
            """).ExecuteReader();
        row.Read();
        return new TapeHead(row.GetInt64(0), row.GetInt64(4), row.GetInt64(1), Nullable(row, 2), Nullable(row, 3));
    }));

    public async ValueTask Commit(TapeCommit commit) => await Answered(store.Writer.Run(transaction =>
    {
        var session = transaction.Session;
        Append(session, commit.Appended);
        foreach (var entry in commit.Confirmed) Replace(session, entry);
        foreach (var offset in commit.Removed) session.Prepared("update tape set removed = 1 where offset = $offset", ("$offset", offset)).ExecuteNonQuery();
        session.Prepared(
            "update tape_state set swept_block = coalesce($block, swept_block), swept_time = coalesce($time, swept_time)",
            ("$block", commit.SweptBlock), ("$time", commit.SweptTime)).ExecuteNonQuery();
        if (_commits++ % TrimEvery == 0) Trim(session);
        return true;
    }));

    public async ValueTask<TapePage> Read(long after, OrderFilter filter, int most) => await Answered(store.Readers.Run(session =>
    {
        var found = ImmutableArray.CreateBuilder<TapeEntry>();
        var through = after;
        using var row = session.Prepared($"select {Columns} from tape where offset > $after order by offset limit {MostLookedAt}", ("$after", after)).ExecuteReader();
        while (found.Count < most && row.Read())
        {
            var entry = EntryOf(row);
            through = entry.Position!.Value.Offset;
            if (entry.Kind == EntryKind.Fill && filter.Matches(entry.Fill)) found.Add(entry);
        }
        return new TapePage(found.DrainToImmutable(), through);
    }));

    public async ValueTask<ImmutableArray<TapeEntry>> Newest(int most) => await Answered(store.Readers.Run(session =>
    {
        var newest = ImmutableArray.CreateBuilder<TapeEntry>();
        using var row = session.Prepared($"select {Columns} from tape order by offset desc limit $most", ("$most", most)).ExecuteReader();
        while (row.Read()) newest.Add(EntryOf(row));
        newest.Reverse();
        return newest.DrainToImmutable();
    }));

    public async ValueTask<OrderPage> Query(OrderQuery query) => await Answered(_query.Run(query));

    internal static TapeEntry EntryOf(SqliteDataReader row)
    {
        var offset = row.GetInt64(0);
        var data = row.GetFieldValue<byte[]>(4);
        var fill = DomeDataCodec.Decode(data) ?? throw new TapeUnavailableException($"the fill at offset {offset} cannot be read: restore the store from a backup");
        return new TapeEntry(row.GetInt64(3) == 0 ? EntryKind.Fill : EntryKind.Removed, new Position(row.GetInt64(1), offset), fill, row.GetInt64(2) != 0, data);
    }

    private static void Append(SqliteSession session, ImmutableArray<TapeEntry> entries)
    {
        if (entries.IsEmpty) return;
        var newest = session.Prepared("select newest from tape_state").ReadInt64();
        foreach (var entry in entries)
        {
            var position = entry.Position!.Value;
            if (position.Offset <= newest) continue; // a commit whose answer got lost, tried again
            if (position.Offset > newest + 1) throw new TapeUnavailableException($"offset {position.Offset} would leave a hole behind {newest}");
            Insert(session, entry, position);
            newest = position.Offset;
        }
        session.Prepared("update tape_state set newest = $newest, epoch = $epoch", ("$newest", newest), ("$epoch", entries[^1].Position!.Value.Epoch)).ExecuteNonQuery();
    }

    private static void Insert(SqliteSession session, TapeEntry entry, Position position) => session.Prepared(
        """
        insert into tape (offset, epoch, timestamp, user, token, condition, slug, late, data)
        values ($offset, $epoch, $timestamp, $user, $token, $condition, $slug, $late, $data)
        """,
        ("$offset", position.Offset), ("$epoch", position.Epoch), ("$timestamp", entry.Fill.Timestamp), ("$user", entry.Fill.User.ToString()),
        ("$token", entry.Fill.Token.ToString()), ("$condition", entry.Fill.Market.Condition?.ToString()), ("$slug", entry.Fill.Market.Slug),
        ("$late", entry.Late ? 1 : 0), ("$data", entry.Data.ToArray())).ExecuteNonQuery();

    private static void Replace(SqliteSession session, TapeEntry entry) => session.Prepared(
        """
        update tape set timestamp = $timestamp, condition = $condition, slug = $slug, removed = 0, data = $data where offset = $offset
        """,
        ("$offset", entry.Position!.Value.Offset), ("$timestamp", entry.Fill.Timestamp), ("$condition", entry.Fill.Market.Condition?.ToString()),
        ("$slug", entry.Fill.Market.Slug), ("$data", entry.Data.ToArray())).ExecuteNonQuery();

    private void Trim(SqliteSession session)
    {
        var cut = (time.GetUtcNow() - keep).ToUnixTimeSeconds();
        var used = (session.Prepared("pragma page_count").ReadInt64() - session.Prepared("pragma freelist_count").ReadInt64()) * session.Prepared("pragma page_size").ReadInt64();
        if (used > maxBytes) cut = long.MaxValue;
        // Oldest first and without holes: a late fill is young by offset, and goes when its neighbours go.
        session.Prepared(
            """
            delete from tape where offset < coalesce(
                (select min(offset) from (select offset, timestamp from tape order by offset limit $rows) where timestamp >= $cut),
                (select max(offset) from (select offset from tape order by offset limit $rows)))
            """,
            ("$rows", TrimRows), ("$cut", cut)).ExecuteNonQuery();
    }

    private static long? Nullable(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new TapeUnavailableException(e.Message, e); }
    }
}
