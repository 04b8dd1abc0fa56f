using Microsoft.Data.Sqlite;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Messages.Values;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteTracesTests : TracesSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    public SqliteTracesTests() => Traces = new SqliteTraces(_folder.Open(), Bounds, Clock);

    protected override ITraces Traces { get; }

    [Fact]
    public void Fills_and_samples_are_looked_up_by_index_and_nothing_is_sorted()
    {
        using var session = new SqliteSession(_folder.Options.Database, SqliteOpenMode.ReadOnly);
        Assert.Contains("fill_trace_by_tx", Plan("select offset from fill_trace where tx = 1 order by offset desc limit 50"), StringComparison.Ordinal);
        Assert.Contains("fill_trace_by_order", Plan("select offset from fill_trace where order_hash = 1 order by offset desc limit 50"), StringComparison.Ordinal);
        Assert.Contains("position_sample_by_subscription", Plan("select since from position_sample where subscription = 'a' and last >= 1 order by last limit 20"), StringComparison.Ordinal);

        string Plan(string sql)
        {
            using var row = session.Prepared("explain query plan " + sql).ExecuteReader();
            var plan = "";
            while (row.Read()) plan += row.GetString(3) + "\n";
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
            return plan;
        }
    }

    [Fact]
    public async Task A_store_of_the_schema_before_gets_its_tables()
    {
        await _folder.Close();
        _folder.Raw("drop table fill_trace; drop table position_sample; alter table snapshot drop column hash; alter table market drop column event_slug; alter table market drop column outcome; pragma user_version = 5");
        var traces = new SqliteTraces(_folder.Open(), Bounds, Clock);
        Assert.Empty(await traces.Find(new TxHash(new Bytes32(1, 2, 3, 4))));
        Assert.Null(await traces.SampledSince());
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
