using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage.Sqlite.Reels;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite;

// The tape in the embedded store. It shares the writer with the journal, and is not part of the journal's running hash: the chain can tell
// again what a damaged tape has lost.
internal sealed class SqliteTape(SqliteStore store, TapeRetention retention) : ITape
{
    // What a fill takes beside its data, at most: its row, the rest of its page, ten bytes in each of its lists and what those stand in.
    internal const long BytesPerFill = 256;

    private const string Oldest = "coalesce((select min(offset) from tape), newest + 1)";

    // As the last commit found and left it. Whether that happened, the store tells: by the number.
    private volatile OpenReel[] _open = [];

    // The writer's alone.
    private readonly ReelWinder _winder = new();
    private (long Commit, ReelNames Names) _told = (-1, new());

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
        var (epoch, newest, commits) = session.Statement("select epoch, newest, commits from tape_state").One(static row => (row.Int64(0), row.Int64(1), row.Int64(2)));
        commit.Check(epoch, newest);
        var found = OpenAt(session, commits);
        var open = found.Next();
        var names = _told.Commit == commits ? _told.Names : new();
        _told = (-1, names); // until this commit is done
        long bytes = 0;
        foreach (var entry in commit.Appended)
        {
            if (entry.Position!.Value.Offset <= newest) continue;
            bytes += TapeRow.Insert(session, names, entry);
            open.Add(entry.Fill);
        }
        foreach (var entry in commit.Confirmed) bytes += Replace(session, open, names, entry);
        foreach (var offset in commit.Removed) Remove(session, open, offset);
        while (open.IsFull)
        {
            _winder.Close(session, open);
            open.DropReel();
        }
        session.Statement(
            """
            update tape_state set epoch = ?1, newest = max(newest, ?2), bytes = bytes + ?3,
                   swept_block = coalesce(?4, swept_block), swept_time = coalesce(?5, swept_time), commits = ?6
            """)
            .Bind(1, commit.Epoch ?? epoch).Bind(2, commit.Appended is [.., var last] ? last.Position!.Value.Offset : 0).Bind(3, bytes)
            .Bind(4, commit.SweptBlock).Bind(5, commit.SweptTime).Bind(6, open.Commit).Run();
        if (retention.Rows(commit.Appended.Length) is > 0 and var allowed) Trim(session, allowed);
        _open = [found, open];
        _told = (open.Commit, names);
        return session.Statement($"select {Oldest} from tape_state").One(static row => row.Int64(0));
    }));

    public async ValueTask<TapePage> Read(long after, OrderFilter filter, int most) => await Answered(store.Readers.Run(session => session.InSnapshot(() =>
    {
        var (oldest, newest) = session.Prepared($"select {Oldest}, newest from tape_state").ReadInt64Pair();
        var found = ImmutableArray.CreateBuilder<TapeEntry>();
        var (through, looked) = (after, 0);
        var rows = new TapeRows(session);
        using var row = session.Prepared($"select {TapeRows.Columns} from tape where offset > $after order by offset limit {ITape.MostLookedAt}", ("$after", after)).ExecuteReader();
        for (; found.Count < most && row.Read(); looked++)
        {
            var entry = rows.Of(row);
            through = entry.Position!.Value.Offset;
            if (entry.Kind == EntryKind.Fill && filter.Matches(entry.Fill)) found.Add(entry);
        }
        var ended = found.Count < most && looked < ITape.MostLookedAt;
        return new TapePage(found.DrainToImmutable(), ended ? Math.Max(after, newest) : through, oldest);
    })));

    public async ValueTask<ImmutableArray<TapeEntry>> At(ImmutableArray<long> offsets) => await Answered(store.Readers.Run(session =>
    {
        var found = ImmutableArray.CreateBuilder<TapeEntry>();
        var rows = new TapeRows(session);
        foreach (var offset in offsets.Distinct().Order())
        {
            if (At(session, rows, offset) is { } entry) found.Add(entry);
        }
        return found.DrainToImmutable();
    }));

    public async ValueTask<ImmutableArray<TapeEntry>> Newest(int most) => await Answered(store.Readers.Run(session =>
    {
        var newest = ImmutableArray.CreateBuilder<TapeEntry>();
        var rows = new TapeRows(session);
        using var row = session.Prepared($"select {TapeRows.Columns} from tape order by offset desc limit $most", ("$most", most)).ExecuteReader();
        while (row.Read()) newest.Add(rows.Of(row));
        newest.Reverse();
        return newest.DrainToImmutable();
    }));

    public async ValueTask<OrderPage> Query(OrderQuery query) => await Answered(store.Readers.Run(session => session.InSnapshot(() =>
    {
        var (oldest, commits) = session.Prepared($"select {Oldest}, commits from tape_state").ReadInt64Pair();
        var (offsets, total) = new ReelSearch(session, query, OpenAt(session, commits), oldest).Run();
        var page = ImmutableArray.CreateBuilder<TapeEntry>();
        var rows = new TapeRows(session);
        foreach (var offset in offsets.Take(query.Limit)) page.Add(At(session, rows, offset) ?? throw new InvalidDataException($"a list names offset {offset}, which is not on the tape"));
        return new OrderPage(page.DrainToImmutable(), total, offsets.Count > query.Limit);
    })));

    private static TapeEntry? At(SqliteSession session, TapeRows rows, long offset)
    {
        using var row = session.Prepared($"select {TapeRows.Columns} from tape where offset = $offset", ("$offset", offset)).ExecuteReader();
        return row.Read() ? rows.Of(row) : null;
    }

    // By how much the tape has grown.
    private static long Replace(SqliteSession session, OpenReel open, ReelNames names, TapeEntry entry)
    {
        var offset = entry.Position!.Value.Offset;
        if (At(session, new(session), offset) is not { } before) return 0;
        var grown = TapeRow.Update(session, names, offset, entry.Fill);
        if (!open.TrySet(offset, entry.Fill, removed: false))
        {
            if (before.Kind == EntryKind.Fill) ClosedReels.Take(session, offset, before.Fill);
            ClosedReels.Add(session, offset, entry.Fill);
        }
        return grown;
    }

    private static void Remove(SqliteSession session, OpenReel open, long offset)
    {
        if (At(session, new(session), offset) is not { Kind: EntryKind.Fill, Fill: var fill }) return;
        session.Statement("update tape set removed = 1 where offset = ?").Bind(1, offset).Run();
        if (!open.TrySet(offset, fill, removed: true)) ClosedReels.Take(session, offset, fill);
    }

    // Whoever sees this commit sees these fills.
    private OpenReel OpenAt(SqliteSession session, long commits) => Array.Find(_open, open => open.Commit == commits) ?? OpenReel.Load(session, commits);

    // Oldest first and without holes: a late fill is young by offset, and goes when its neighbours go.
    private void Trim(SqliteSession session, int allowed)
    {
        var (oldest, newest, bytes) = session.Statement($"select {Oldest}, newest, bytes from tape_state").One(static row => (row.Int64(0), row.Int64(1), row.Int64(2)));
        var tooMany = retention.RowsBeyondSize(newest - oldest + 1, bytes, BytesPerFill);
        var most = Math.Min(oldest + allowed, newest + 1);
        var firstYoung = session.Statement("select offset from tape where offset < ? and timestamp >= ? order by offset limit 1")
            .Bind(1, most).Bind(2, retention.Cut).First(static row => row.Int64(0), most);
        var end = Math.Max(firstYoung, oldest + Math.Min(tooMany, allowed));
        retention.Deleted(end - oldest, allowed);
        if (end == oldest) return;
        session.Statement("update tape_state set bytes = bytes - (select coalesce(sum(length(data)), 0) from tape where offset < ?1)").Bind(1, end).Run();
        session.Statement("delete from tape where offset < ?").Bind(1, end).Run();
        ClosedReels.Drop(session, end);
        session.Statement("update tape_state set bytes = bytes - ?").Bind(1, ReelNames.Drop(session, end)).Run();
    }

    private static async Task<T> Answered<T>(Task<T> question)
    {
        try { return await question; }
        catch (StoreUnavailableException e) { throw new TapeUnavailableException(e.Message, e); }
    }
}
