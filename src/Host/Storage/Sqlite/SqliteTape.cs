using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite;

// The tape in the embedded store. It shares the writer with the journal, and is not part of the journal's running hash: the chain can tell
// again what a damaged tape has lost.
internal sealed class SqliteTape(SqliteStore store, TapeRetention retention) : ITape
{
    private const string Oldest = "coalesce((select min(offset) from tape), newest + 1)";

    public async ValueTask<TapeHead> Open() => await Answered(store.Readers.Run(HeadOf));

    internal static TapeHead HeadOf(SqliteSession session)
    {
        using var row = session.Prepared($"select epoch, newest, swept_block, swept_time, {Oldest} from tape_state").ExecuteReader();
        row.Read();
        return new TapeHead(row.GetInt64(0), row.GetInt64(4), row.GetInt64(1), row.Nullable(2), row.Nullable(3));
    }

    public async ValueTask<long> Commit(TapeCommit commit) => await Answered(store.Writer.Run(transaction =>
    {
        var session = transaction.Session;
        var (epoch, newest) = session.Prepared("select epoch, newest from tape_state").ReadInt64Pair();
        commit.Check(epoch, newest);
        long bytes = 0;
        foreach (var entry in commit.Appended.Where(entry => entry.Position!.Value.Offset > newest)) bytes += Insert(session, entry);
        foreach (var entry in commit.Confirmed) bytes += Replace(session, entry);
        foreach (var offset in commit.Removed) Remove(session, offset);
        session.Prepared(
            """
            update tape_state set epoch = $epoch, newest = max(newest, $newest), bytes = bytes + $bytes,
                   swept_block = coalesce($block, swept_block), swept_time = coalesce($time, swept_time)
            """,
            ("$epoch", commit.Epoch ?? epoch), ("$newest", commit.Appended is [.., var last] ? last.Position!.Value.Offset : 0), ("$bytes", bytes),
            ("$block", commit.SweptBlock), ("$time", commit.SweptTime)).ExecuteNonQuery();
        if (retention.Rows(commit.Appended.Length) is > 0 and var allowed) Trim(session, allowed);
        return session.Prepared($"select {Oldest} from tape_state").ReadInt64();
    }));

    public async ValueTask<TapePage> Read(long after, OrderFilter filter, int most) => await Answered(store.Readers.Run(session => session.InSnapshot(() =>
    {
        var (oldest, newest) = session.Prepared($"select {Oldest}, newest from tape_state").ReadInt64Pair();
        var found = ImmutableArray.CreateBuilder<TapeEntry>();
        var (through, looked) = (after, 0);
        using var row = session.Prepared($"select {StoredEntry.Columns} from tape where offset > $after order by offset limit {ITape.MostLookedAt}", ("$after", after)).ExecuteReader();
        for (; found.Count < most && row.Read(); looked++)
        {
            var entry = StoredEntry.Of(row);
            through = entry.Position!.Value.Offset;
            if (entry.Kind == EntryKind.Fill && filter.Matches(entry.Fill)) found.Add(entry);
        }
        var ended = found.Count < most && looked < ITape.MostLookedAt;
        return new TapePage(found.DrainToImmutable(), ended ? Math.Max(after, newest) : through, oldest);
    })));

    public async ValueTask<ImmutableArray<TapeEntry>> Newest(int most) => await Answered(store.Readers.Run(session =>
    {
        var newest = ImmutableArray.CreateBuilder<TapeEntry>();
        using var row = session.Prepared($"select {StoredEntry.Columns} from tape order by offset desc limit $most", ("$most", most)).ExecuteReader();
        while (row.Read()) newest.Add(StoredEntry.Of(row));
        newest.Reverse();
        return newest.DrainToImmutable();
    }));

    public async ValueTask<OrderPage> Query(OrderQuery query) => await Answered(store.Readers.Run(session => session.InSnapshot(() =>
    {
        var total = session.Prepared(TapeQuery.Total(query)).ReadInt64();
        var page = ImmutableArray.CreateBuilder<TapeEntry>();
        using var row = session.Prepared(TapeQuery.Page(query, StoredEntry.Columns)).ExecuteReader();
        while (page.Count < query.Limit && row.Read()) page.Add(StoredEntry.Of(row));
        return new OrderPage(page.DrainToImmutable(), total, row.Read());
    })));

    internal static void Remove(SqliteSession session, long offset) =>
        session.Prepared("update tape set removed = 1 where offset = $offset", ("$offset", offset)).ExecuteNonQuery();

    internal static long Insert(SqliteSession session, TapeEntry entry)
    {
        var position = entry.Position!.Value;
        session.Prepared(
            """
            insert into tape (offset, epoch, timestamp, user, token, condition, slug, late, data)
            values ($offset, $epoch, $timestamp, $user, $token, $condition, $slug, $late, $data)
            """,
            ("$offset", position.Offset), ("$epoch", position.Epoch), ("$timestamp", entry.Fill.Timestamp), ("$user", entry.Fill.User.ToString()),
            ("$token", entry.Fill.Token.ToString()), ("$condition", entry.Fill.Market.Condition?.ToString()), ("$slug", entry.Fill.Market.Slug),
            ("$late", entry.Late ? 1 : 0), ("$data", entry.Data.ToArray())).ExecuteNonQuery();
        return entry.Data.Length;
    }

    // By how much the tape has grown.
    private static long Replace(SqliteSession session, TapeEntry entry)
    {
        var offset = entry.Position!.Value.Offset;
        if (session.Prepared("select length(data) from tape where offset = $offset", ("$offset", offset)).ExecuteScalar() is not long before) return 0;
        session.Prepared(
            "update tape set timestamp = $timestamp, condition = $condition, slug = $slug, removed = 0, data = $data where offset = $offset",
            ("$timestamp", entry.Fill.Timestamp), ("$condition", entry.Fill.Market.Condition?.ToString()), ("$slug", entry.Fill.Market.Slug),
            ("$data", entry.Data.ToArray()), ("$offset", offset)).ExecuteNonQuery();
        return entry.Data.Length - before;
    }

    // Oldest first and without holes: a late fill is young by offset, and goes when its neighbours go.
    private void Trim(SqliteSession session, int allowed)
    {
        var (oldest, newest) = session.Prepared($"select {Oldest}, newest from tape_state").ReadInt64Pair();
        var tooMany = retention.RowsBeyondSize(newest - oldest + 1, session.Prepared("select bytes from tape_state").ReadInt64());
        var firstYoung = session.Prepared(
            "select coalesce(min(offset), $end) from (select offset, timestamp from tape where offset < $end order by offset) where timestamp >= $cut",
            ("$end", Math.Min(oldest + allowed, newest + 1)), ("$cut", retention.Cut)).ReadInt64();
        var end = Math.Max(firstYoung, oldest + Math.Min(tooMany, allowed));
        session.Prepared("update tape_state set bytes = bytes - (select coalesce(sum(length(data)), 0) from tape where offset < $end)", ("$end", end)).ExecuteNonQuery();
        session.Prepared("delete from tape where offset < $end", ("$end", end)).ExecuteNonQuery();
        retention.Deleted(end - oldest, allowed);
    }

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new TapeUnavailableException(e.Message, e); }
    }
}
