using System.Collections.Immutable;
using Npgsql;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage.Postgres;

// Traces in PostgreSQL: a group is one batch, which is its own transaction.
internal sealed class PostgresTraces(PostgresStore store, TraceBounds bounds, TimeProvider time) : ITraces
{
    private const int LeastDeleted = 500;

    // What is deleted is dead and stands in front until it is vacuumed: it is not walked through each time.
    private const int KeepsBetweenTrims = 16;

    private const string FillsSql =
        """
        insert into fill_trace ("offset", tx, order_hash, marks) select * from unnest(@offsets, @txs, @orders, @marks)
        on conflict ("offset") do update set order_hash = coalesce(excluded.order_hash, fill_trace.order_hash), marks = fill_trace.marks || chr(10) || excluded.marks
        """;

    private const string SamplesSql =
        """
        insert into position_sample (subscription, session, since, until, first, last, unread)
        select * from unnest(@subscriptions, @sessions, @sinces, @untils, @firsts, @lasts, @unreads)
        """;

    private const string TrimFillsSql = "delete from fill_trace where \"offset\" in (select \"offset\" from fill_trace where \"offset\" < @oldest order by \"offset\" limit @most)";

    private const string TrimSamplesSql =
        """
        delete from position_sample where id in (select id from position_sample order by id limit @most)
           and (until < @cut or id <= (select max(id) from position_sample) - @samples)
        """;

    private int _keeps;
    private int _kept;

    public async ValueTask<long> Newest() => await store.Run(static async connection =>
    {
        await using var command = new NpgsqlCommand("select coalesce(max(\"offset\"), 0) from fill_trace", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    });

    public async ValueTask Keep(TraceGroup group) => await store.Run(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        if (group.Fills.Count > 0) batch.BatchCommands.Add(Fills(group.Fills));
        if (!group.Samples.IsEmpty) batch.BatchCommands.Add(Samples(group.Samples));
        _kept += group.Fills.Count + group.Samples.Length;
        if (_keeps++ % KeepsBetweenTrims == 0) AddTrims(batch, group.OldestFill);
        return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync();
    });

    public async ValueTask<ImmutableArray<long>> Find(TxHash tx) =>
        await Offsets("select \"offset\" from fill_trace where tx = @key order by \"offset\" desc limit @most", MarkText.Key(tx.Value));

    public async ValueTask<ImmutableArray<long>> Find(OrderHash order) =>
        await Offsets("select \"offset\" from fill_trace where order_hash = @key order by \"offset\" desc limit @most", MarkText.Key(order.Value));

    public async ValueTask<FillMarks?> Of(long offset) => await store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand("select marks from fill_trace where \"offset\" = @offset", connection) { Parameters = { new("offset", offset) } };
        return await command.ExecuteScalarAsync() is string marks ? MarkText.Read(marks) : (FillMarks?)null;
    });

    public async ValueTask<ImmutableArray<PositionSample>> Samples(SubscriptionId subscription, long offset) => await store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand(
            "select session, since, until, first, last, unread from position_sample where subscription = @subscription and last >= @offset order by last limit @most", connection)
        {
            Parameters = { new("subscription", subscription.ToString()), new("offset", offset), new("most", ITraces.MostSamples) },
        };
        var samples = ImmutableArray.CreateBuilder<PositionSample>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            samples.Add(new(subscription, row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)));
        return samples.DrainToImmutable();
    });

    public async ValueTask<long?> SampledSince() => await store.Run(static async connection =>
    {
        await using var command = new NpgsqlCommand("select since from position_sample order by id limit 1", connection);
        return await command.ExecuteScalarAsync() as long?;
    });

    private void AddTrims(NpgsqlBatch batch, long oldest)
    {
        var most = LeastDeleted + (2 * _kept);
        _kept = 0;
        batch.BatchCommands.Add(Command(TrimFillsSql, new NpgsqlParameter<long>("oldest", oldest), new NpgsqlParameter<int>("most", most)));
        batch.BatchCommands.Add(Command(TrimSamplesSql, new NpgsqlParameter<int>("most", most),
            new NpgsqlParameter<long>("cut", (time.GetUtcNow() - bounds.Keep).ToUnixTimeMilliseconds()), new NpgsqlParameter<long>("samples", bounds.MostSamples)));
    }

    private static NpgsqlBatchCommand Fills(IReadOnlyList<FillTrace> fills) => Command(
        FillsSql,
        Column("offsets", fills, static fill => fill.Offset), Column("txs", fills, static fill => MarkText.Key(fill.Tx.Value)),
        Column("orders", fills, static fill => fill.Order is { } order ? MarkText.Key(order.Value) : (long?)null), Column("marks", fills, static fill => MarkText.Of(fill.Marks)));

    private static NpgsqlBatchCommand Samples(ImmutableArray<PositionSample> samples) => Command(
        SamplesSql,
        Column("subscriptions", samples, static sample => sample.Subscription.ToString()), Column("sessions", samples, static sample => sample.Session),
        Column("sinces", samples, static sample => sample.Since), Column("untils", samples, static sample => sample.Until),
        Column("firsts", samples, static sample => sample.First), Column("lasts", samples, static sample => sample.Last), Column("unreads", samples, static sample => sample.Unread));

    private static NpgsqlParameter<TColumn[]> Column<T, TColumn>(string name, IReadOnlyList<T> rows, Func<T, TColumn> value) => new(name, [.. rows.Select(value)]);

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<NpgsqlParameter> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(value);
        return command;
    }

    private async Task<ImmutableArray<long>> Offsets(string sql, long key) => await store.Run(async connection =>
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new("key", key), new("most", ITraces.MostFound) } };
        var offsets = ImmutableArray.CreateBuilder<long>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) offsets.Add(row.GetInt64(0));
        return offsets.DrainToImmutable();
    });
}
