using Npgsql;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Messages.Orders;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

public sealed class PostgresTapeTests : DurableTapeSpec, IAsyncLifetime
{
    private readonly PostgresSchemaOfTest _schema = new();
    private ITape? _tape;

    protected override ITape Tape => _tape!;

    public async ValueTask InitializeAsync() => await Reopen(TimeSpan.FromHours(72), 10_000_000_000);

    public ValueTask DisposeAsync() => _schema.DisposeAsync();

    [Fact]
    public async Task The_size_on_record_is_the_size_there_is_whatever_happened()
    {
        await Reopen(TimeSpan.FromHours(1), 1L << 40);
        await Append([.. Enumerable.Range(1, 1_000).Select(n => TapeFills.Entry(n, fill => fill with { Block = null, Market = MarketText.Unknown }))]);
        for (var n = 1; n <= 1_000; n += 50) await Confirm(TapeFills.Entry(n));
        await Append(1, 2);
        await Confirm(TapeFills.Entry(5_000));
        await Tape.Commit(new([], [TapeFills.Entry(7, fill => fill with { Shares = new(1) }), TapeFills.Entry(7)], [], null, null));
        Assert.Equal(TapeFills.Entry(7).Fill, (await Read(6, most: 1)).Entries[0].Fill);
        Clock.WallOffset = TimeSpan.FromSeconds(3_600 + 700);
        for (var n = 0; n < 100; n++) await Remove(n, 999);
        Assert.Equal(700, (await Tape.Open()).Oldest);
        Assert.Equal(await _schema.Scalar("select sum(octet_length(data))::bigint from tape"), await _schema.Scalar("select bytes from tape_state"));
    }

    [Fact]
    public async Task A_wallet_slug_condition_or_token_and_its_total_are_read_by_index_and_nothing_is_sorted()
    {
        for (var first = 1; first < 20_000; first += 2_000)
        {
            await Append([.. Enumerable.Range(first, 2_000).Select(n => TapeFills.Entry(n, fill => fill with
            {
                User = TapeFills.Wallet(n % 500), Token = TapeFills.Token(n % 400), Market = TapeFills.Market(n % 200),
            }, data: TapeFills.SomeData))]);
        }
        await _schema.Scalar("analyze tape");
        await AssertPlan(TapeFills.Everything with { User = TapeFills.Wallet(3) }, "tape_by_user");
        await AssertPlan(TapeFills.Everything with { User = TapeFills.Wallet(3), From = TapeFills.Start, To = TapeFills.Start + 10_000 }, "tape_by_user");
        await AssertPlan(TapeFills.Everything with { Slug = "market-7" }, "tape_by_slug");
        await AssertPlan(TapeFills.Everything with { Condition = TapeFills.Condition(7) }, "tape_by_condition");
        await AssertPlan(TapeFills.Everything with { Token = TapeFills.Token(7) }, "tape_by_token");
    }

    protected override async Task Reopen(TimeSpan keep, long max)
    {
        await _schema.Close();
        _tape = new PostgresTape(await _schema.Open(), new TapeRetention(keep, max, Clock));
    }

    // The planner may fetch a wallet's few rows by bitmap and sort those: what it must not do is walk or sort the tape.
    private async Task AssertPlan(OrderQuery query, string index)
    {
        await using var source = NpgsqlDataSource.Create(_schema.Options().ConnectionString);
        foreach (var statement in new[] { TapeQuery.Total(query), TapeQuery.Page(query, StoredEntry.Columns) })
        {
            await using var command = source.CreateCommand("explain " + statement.Sql);
            foreach (var (name, value) in statement.Values) command.Parameters.AddWithValue(name, name == "@slug" ? PostgresTape.SlugKey((string)value!)! : value!);
            var plan = "";
            await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await row.ReadAsync(TestContext.Current.CancellationToken)) plan += row.GetString(0) + "\n";
            Assert.Contains(index, plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("tape_by_time", plan, StringComparison.Ordinal);
        }
    }
}
