using Microsoft.Data.Sqlite;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteTracesTests : TracesSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    public SqliteTracesTests() => Traces = new SqliteTraces(_folder.Open(), Bounds, Clock);

    protected override ITraces Traces { get; }

    [Fact]
    public void Samples_are_looked_up_by_index_and_nothing_is_sorted()
    {
        using var session = new SqliteSession(_folder.Options.Database, SqliteOpenMode.ReadOnly);
        using var row = session.Prepared("explain query plan select since from position_sample where subscription = 'a' and last >= 1 order by last limit 20").ExecuteReader();
        Assert.True(row.Read());
        Assert.Contains("position_sample_by_subscription", row.GetString(3), StringComparison.Ordinal);
        Assert.False(row.Read());
    }

    [Fact]
    public async Task Many_pages_back_a_trace_is_found_too_and_so_is_an_order_that_became_known_later()
    {
        for (var first = 1; first <= 9_500; first += 500)
            await Traces.Keep(new([.. Enumerable.Range(first, 500).Select(static n => Trace(n, n % 4_000))], [], 0));
        Assert.Equal([8_007L, 4_007L, 7L], await Traces.Find(Tx(7)));
        Assert.Equal([9_400L, 5_400L, 1_400L], await Traces.Find(Tx(1_400)));
        Assert.Empty(await Traces.Find(Order(7)));
        await Traces.Keep(new([Trace(4_007, 7) with { Order = Order(7) }, Trace(9_400, 1_400) with { Order = Order(7) }], [], 0));
        Assert.Equal([9_400L, 4_007L], await Traces.Find(Order(7)));
        await Traces.Keep(new([], [], 4_500));
        Assert.Equal([8_007L], await Traces.Find(Tx(7)));
        Assert.Equal(9_500, await Traces.Newest());
    }

    // Where few fills come, each second writes a part of its own.
    [Fact]
    public async Task A_page_that_is_written_in_many_parts_says_all_of_each_fill_and_has_few_rows()
    {
        const int Seconds = 3 * TracePages.MostParts;
        for (var second = 1; second <= Seconds; second++)
        {
            var (now, before) = (Trace(second, second) with { Marks = [new FillMark(MarkKind.Row, "rtds/1", second)] }, Trace(second - 1, second - 1) with { Order = Order(second - 1), Marks = [new FillMark(MarkKind.Log, "polygon/2", second)] });
            await Traces.Keep(new(second == 1 ? [now] : [before, now], [], 0));
        }
        Assert.Equal([new FillMark(MarkKind.Row, "rtds/1", 2), new FillMark(MarkKind.Log, "polygon/2", 3)], (await Traces.Of(2))!.Value);
        for (var n = 1; n < Seconds; n++)
        {
            Assert.Equal([(long)n], await Traces.Find(Tx(n)));
            Assert.Equal([(long)n], await Traces.Find(Order(n)));
            Assert.Equal(2, (await Traces.Of(n))!.Value.Count);
        }
        Assert.Equal(Seconds, await Traces.Newest());
        using var session = new SqliteSession(_folder.Options.Database, SqliteOpenMode.ReadOnly);
        Assert.InRange(session.Prepared("select count(*) from trace_page").ReadInt64(), 1, TracePages.MostParts);
    }

    [Fact]
    public async Task Fills_of_many_pages_in_any_order_may_be_in_one_group()
    {
        var offsets = Enumerable.Range(1, 40).Select(static n => (n * 7_919L % 40 * 1_000) + 1).ToList();
        await Traces.Keep(new([.. offsets.Select(static offset => Trace(offset, 5) with { Marks = [new FillMark(MarkKind.Log, "polygon/2", offset)] })], [], 0));
        Assert.Equal(offsets.OrderDescending(), await Traces.Find(Tx(5)));
        foreach (var offset in offsets) Assert.Equal([new FillMark(MarkKind.Log, "polygon/2", offset)], (await Traces.Of(offset))!.Value);
        Assert.Null(await Traces.Of(2));
    }

    [Theory]
    [InlineData("update trace_page set marks = x'52'")]
    [InlineData("update trace_page set marks = x''")]
    [InlineData("update trace_page set orders = x'', transactions = x''")]
    public async Task A_damaged_part_is_said_to_be_damaged(string damage)
    {
        await Traces.Keep(new([Trace(1, 1) with { Order = Order(1), Marks = [new FillMark(MarkKind.Log, "polygon/2", 5)] }], [], 0));
        await _folder.Close();
        _folder.Raw(damage);
        var traces = new SqliteTraces(_folder.Open(), Bounds, Clock);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            await traces.Of(1);
            await traces.Find(Tx(1));
        });
    }

    [Fact]
    public async Task Traces_that_were_rows_are_found_after_the_move_onto_pages()
    {
        await _folder.Close();
        _folder.Raw(OlderSchema.Tenth +
            """
            with recursive n(n) as (select 1 union all select n + 1 from n where n < 5000)
            insert into fill_trace select n, (n % 4000 + 1) << 40, iif(n % 2, null, -1 - n), iif(n % 3, 'R' || n || ' rtds/1' || char(10) || 'N' || (n + 1) || ' ', '') from n where n <> 300;
            """);
        var traces = new SqliteTraces(_folder.Open(), Bounds, Clock);
        Assert.Equal([4_007L, 7L], await traces.Find(Tx(7)));
        Assert.Equal([5_000L], await traces.Find(Order(5_000)));
        Assert.Empty(await traces.Find(Order(4_999)));
        Assert.Equal([new FillMark(MarkKind.Row, "rtds/1", 512), new FillMark(MarkKind.Numbered, "", 513)], (await traces.Of(512))!.Value);
        Assert.Empty((await traces.Of(600))!.Value);
        Assert.Null(await traces.Of(300));
        Assert.Equal(5_000, await traces.Newest());
    }

    [Fact]
    public async Task A_store_without_traces_gets_their_tables()
    {
        await _folder.Close();
        _folder.Raw(OlderSchema.Third);
        var traces = new SqliteTraces(_folder.Open(), Bounds, Clock);
        Assert.Empty(await traces.Find(new TxHash(new Bytes32(1, 2, 3, 4))));
        Assert.Null(await traces.SampledSince());
    }

    private static FillTrace Trace(long offset, int tx) => new(offset, Tx(tx), null, []);

    private static TxHash Tx(int n) => new(new((ulong)(n + 1) << 40, 0, 0, 1));

    private static OrderHash Order(int n) => new(new(ulong.MaxValue - (ulong)n, 0, 0, 2));

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
