using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

/// <summary>A history of millions is read by index: what SQLite plans, and how many pages it then touches. Nothing here is timed.</summary>
public sealed class TapeQueryPlanTests : IAsyncDisposable
{
    private const int Wallets = 2_000;
    private const int Markets = 500;

    private readonly StoreFolder _folder = new();

    public static TheoryData<string, string> Queries => new()
    {
        { "everything", "tape_by_time" },
        { "a stretch of time", "tape_by_time" },
        { "a wallet", "tape_by_user" },
        { "a wallet, a stretch of time", "tape_by_user" },
        { "a slug", "tape_by_slug" },
        { "a condition", "tape_by_condition" },
        { "a token", "tape_by_token" },
        { "a token, a stretch of time", "tape_by_token" },
        { "a wallet's next page", "tape_by_user" },
        { "a slug's next page", "tape_by_slug" },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_page_and_its_total_are_read_by_index_and_nothing_is_sorted(string name, string index)
    {
        _folder.Open();
        using var session = new SqliteSession(_folder.Options.Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        var query = Query(name);
        Assert.All([TapeQuery.Total(query), TapeQuery.Page(query, "data")], statement =>
        {
            var plan = Plan(session, statement);
            Assert.Contains(index, plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("SCAN TABLE tape\n", plan + "\n", StringComparison.Ordinal);
        });
        Assert.Contains("COVERING INDEX", Plan(session, TapeQuery.Total(query)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a wallet, a slug")]
    [InlineData("a wallet, a token, a stretch of time")]
    public void A_wallet_in_a_market_is_read_by_the_index_of_one_of_them(string name)
    {
        _folder.Open();
        using var session = new SqliteSession(_folder.Options.Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        Assert.All([TapeQuery.Total(Query(name)), TapeQuery.Page(Query(name), "data")], statement =>
        {
            var plan = Plan(session, statement);
            Assert.Matches("SEARCH TABLE tape USING INDEX tape_by_(user|slug|token) ", plan);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(1_000_000, Explicit = true)]
    public async Task A_query_touches_the_pages_of_its_rows_however_long_the_tape_is(int fills)
    {
        var store = _folder.Open(_folder.Options with { Synchronous = Synchronous.Normal });
        await Fill(store, fills);
        var pages = (long)(await store.Scalar("pragma page_count"))!;
        var perWallet = fills / Wallets;
        var perMarket = fills / Markets;

        // Depth of the trees, the rows' own pages, and the index pages that are counted: about fifty entries each.
        Assert.InRange(Touched("a wallet"), 1, 60 + Math.Min(perWallet, 100) * 4 + perWallet / 20);
        Assert.InRange(Touched("a slug"), 1, 60 + Math.Min(perMarket, 100) * 4 + perMarket / 20);
        Assert.InRange(Touched("a wallet's next page"), 1, 60 + Math.Min(perWallet, 100) * 4 + perWallet / 20);
        if (fills >= 1_000_000) Assert.InRange(Touched("a wallet") * 100, 1, pages);

        int Touched(string name)
        {
            using var session = new SqliteSession(_folder.Options.Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
            var query = Query(name);
            Assert.NotEqual(0, session.Prepared(TapeQuery.Total(query)).ReadInt64());
            using (var row = session.Prepared(TapeQuery.Page(query, "data")).ExecuteReader())
            {
                while (row.Read()) Assert.NotEmpty(row.GetFieldValue<byte[]>(0));
            }
            return Counted(session, 7) + Counted(session, 8); // SQLITE_DBSTATUS_CACHE_HIT and _MISS: pages asked for
        }
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static OrderQuery Query(string name)
    {
        var query = TapeFills.Everything;
        if (name.Contains("a wallet", StringComparison.Ordinal)) query = query with { User = TapeFills.Wallet(3) };
        if (name.Contains("a slug", StringComparison.Ordinal)) query = query with { Slug = "market-7" };
        if (name.Contains("a condition", StringComparison.Ordinal)) query = query with { Condition = TapeFills.Condition(7) };
        if (name.Contains("a token", StringComparison.Ordinal)) query = query with { Token = TapeFills.Token(7) };
        if (name.Contains("a stretch of time", StringComparison.Ordinal)) query = query with { From = TapeFills.Start + 10, To = TapeFills.Start + 20 };
        return name.Contains("next page", StringComparison.Ordinal) ? query with { After = new(TapeFills.Start + 19_000, 19_000) } : query;
    }

    private static string Plan(SqliteSession session, TapeQuery statement)
    {
        using var row = session.Prepared("explain query plan " + statement.Sql, statement.Values).ExecuteReader();
        var plan = new List<string>();
        while (row.Read()) plan.Add(row.GetString(3));
        return string.Join('\n', plan);
    }

    private static int Counted(SqliteSession session, int what)
    {
        SQLitePCL.raw.sqlite3_db_status(session.Handle, what, out var count, out _, 0);
        return count;
    }

    // Through the tape itself, in commits as large as its writer makes them.
    private static async Task Fill(SqliteStore store, int fills)
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
    }
}
