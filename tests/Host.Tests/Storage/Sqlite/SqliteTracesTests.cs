using Microsoft.Data.Sqlite;
using Oddswire.Actors.Ports;
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
    public async Task On_closed_reels_a_trace_is_found_too_and_so_is_an_order_that_became_known_later()
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

    [Fact]
    public async Task Traces_that_were_indexed_are_found_after_the_move_onto_reels()
    {
        await Traces.Keep(new([.. Enumerable.Range(1, 5_000).Select(static n => Trace(n, n % 4_000) with { Order = Order(n) })], [], 0));
        await _folder.Close();
        _folder.Raw(OlderSchema.Eighth);
        var traces = new SqliteTraces(_folder.Open(), Bounds, Clock);
        Assert.Equal([4_007L, 7L], await traces.Find(Tx(7)));
        Assert.Equal([4_999L], await traces.Find(Order(4_999)));
        Assert.Equal([12L], await traces.Find(Order(12)));
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
