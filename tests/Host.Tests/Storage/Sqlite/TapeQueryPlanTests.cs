using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Host.Storage.Sqlite.Reels;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

/// <summary>A history of millions is read by the lists of its reels: what SQLite plans, and how many pages it then touches. Nothing here is timed.</summary>
public sealed class TapeQueryPlanTests : IAsyncDisposable
{
    private const int Wallets = 2_000;
    private const int Markets = 500;

    private readonly StoreFolder _folder = new();

    [Fact]
    public void Lists_reels_and_rows_are_found_by_their_keys()
    {
        _folder.Open();
        using var session = new SqliteSession(_folder.Options.Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        Assert.Equal("SEARCH TABLE reel_page USING INTEGER PRIMARY KEY (rowid=?)", Plan("select lists from reel_page where number = 1"));
        Assert.Equal("SEARCH TABLE reel_name USING INTEGER PRIMARY KEY (rowid=?)", Plan("select data from reel_name where number = 1"));
        Assert.Equal("SEARCH TABLE reel USING INTEGER PRIMARY KEY (rowid>?)", Plan("select number from reel where number >= 1 and latest >= 1 and earliest <= 1"));
        Assert.Equal("SEARCH TABLE tape USING INTEGER PRIMARY KEY (rowid=?)", Plan("select data from tape where offset = 1"));

        string Plan(string sql)
        {
            using var row = session.Prepared("explain query plan " + sql).ExecuteReader();
            Assert.True(row.Read());
            var plan = row.GetString(3);
            Assert.False(row.Read());
            return plan;
        }
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(1_000_000, Explicit = true)]
    public async Task A_query_touches_the_pages_of_its_rows_and_a_few_of_each_reel_however_long_the_tape_is(int fills)
    {
        var store = _folder.Open(_folder.Options with { Synchronous = Synchronous.Normal });
        var tape = await Fill(store, fills);
        var pages = (long)(await store.Scalar("pragma page_count"))!;
        var reels = fills / Reel.Size;
        var packed = (long)(await store.Scalar("select bytes from tape_state"))!;
        Assert.InRange(((pages * 4_096) - packed) / fills, 1, SqliteTape.BytesPerFill); // what retention reckons with

        // The reels themselves, on each the depth of the tree of lists, and again for those that are opened; the rows of the page.
        Assert.InRange(await Touched("a wallet"), 1, 100 + (9 * reels) + (5 * Math.Min(fills / Wallets, 100)));
        Assert.InRange(await Touched("a slug"), 1, 100 + (9 * reels) + (5 * Math.Min(fills / Markets, 100)));
        Assert.InRange(await Touched("a wallet's next page"), 1, 100 + (9 * reels) + (5 * Math.Min(fills / Wallets, 100)));
        if (fills >= 1_000_000) Assert.InRange(await Touched("a wallet") * 25, 1, pages);

        async Task<int> Touched(string name)
        {
            await tape.Query(Query(name));      // what is read once in the life of a connection
            await store.Readers.Run(static session => Counted(session, 7, reset: 1) + Counted(session, 8, reset: 1));
            Assert.NotEmpty((await tape.Query(Query(name))).Entries);
            return await store.Readers.Run(static session => Counted(session, 7, reset: 0) + Counted(session, 8, reset: 0)); // SQLITE_DBSTATUS_CACHE_HIT and _MISS: pages asked for
        }
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static OrderQuery Query(string name)
    {
        var query = TapeFills.Everything;
        if (name.Contains("a wallet", StringComparison.Ordinal)) query = query with { User = TapeFills.Wallet(3) };
        if (name.Contains("a slug", StringComparison.Ordinal)) query = query with { Slug = "market-7" };
        return name.Contains("next page", StringComparison.Ordinal) ? query with { After = new(TapeFills.Start + 19_000, 19_000) } : query;
    }

    private static int Counted(SqliteSession session, int what, int reset)
    {
        SQLitePCL.raw.sqlite3_db_status(session.Handle, what, out var count, out _, reset);
        return count;
    }

    // Through the tape itself, in commits as large as its writer makes them.
    private static async Task<SqliteTape> Fill(SqliteStore store, int fills)
    {
        var tape = new SqliteTape(store, new TapeRetention(TimeSpan.FromDays(10_000), 1L << 50, TimeProvider.System));
        for (var first = 1; first <= fills; first += 2_000)
        {
            await tape.Commit(new([.. Enumerable.Range(first, 2_000).Select(n => TapeFills.Entry(n, fill => fill with
            {
                User = TapeFills.Wallet(n % Wallets),
                Token = TapeFills.Token(n % (2 * Markets)),
                Market = TapeFills.Market(n % Markets),
            }, data: TapeFills.SomeData))], [], [], null, null));
        }
        return tape;
    }
}
