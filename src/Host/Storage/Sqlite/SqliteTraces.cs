using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage.Sqlite;

// Traces in the embedded store. They share the writer with tape and journal, in groups that are small enough to let those through.
internal sealed class SqliteTraces(SqliteStore store, TraceBounds bounds, TimeProvider time) : ITraces
{
    private const int LeastDeleted = 500;

    public async ValueTask<long> Newest() => await store.Readers.Run(static session => session.Prepared("select coalesce(max(offset), 0) from fill_trace").ReadInt64());

    public async ValueTask Keep(TraceGroup group) => await store.Writer.Run(transaction =>
    {
        var session = transaction.Session;
        foreach (var fill in group.Fills) Keep(session, fill);
        foreach (var sample in group.Samples) Keep(session, sample);
        var most = LeastDeleted + (2 * (group.Fills.Length + group.Samples.Length));
        session.Prepared(
            "delete from fill_trace where offset in (select offset from fill_trace where offset < $oldest order by offset limit $most)",
            ("$oldest", group.OldestFill), ("$most", most)).ExecuteNonQuery();
        return session.Prepared(
            """
            delete from position_sample where id in (select id from position_sample order by id limit $most)
               and (until < $cut or id <= (select max(id) from position_sample) - $samples)
            """,
            ("$most", most), ("$cut", (time.GetUtcNow() - bounds.Keep).ToUnixTimeMilliseconds()), ("$samples", bounds.MostSamples)).ExecuteNonQuery();
    });

    public async ValueTask<ImmutableArray<long>> Find(TxHash tx) =>
        await Offsets("select offset from fill_trace where tx = $key order by offset desc limit $most", MarkText.Key(tx.Value));

    public async ValueTask<ImmutableArray<long>> Find(OrderHash order) =>
        await Offsets("select offset from fill_trace where order_hash = $key order by offset desc limit $most", MarkText.Key(order.Value));

    // The hashes themselves are with the fill.
    public async ValueTask<FillTrace?> Of(long offset) => await store.Readers.Run(session =>
    {
        using var row = session.Prepared("select marks from fill_trace where offset = $offset", ("$offset", offset)).ExecuteReader();
        return row.Read() ? new FillTrace(offset, default, null, MarkText.Read(row.GetString(0))) : null;
    });

    public async ValueTask<ImmutableArray<PositionSample>> Samples(SubscriptionId subscription, long offset) => await store.Readers.Run(session =>
    {
        var samples = ImmutableArray.CreateBuilder<PositionSample>();
        using var row = session.Prepared(
            "select session, since, until, first, last, unread from position_sample where subscription = $subscription and last >= $offset order by last limit $most",
            ("$subscription", subscription.ToString()), ("$offset", offset), ("$most", ITraces.MostSamples)).ExecuteReader();
        while (row.Read())
            samples.Add(new(subscription, row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)));
        return samples.DrainToImmutable();
    });

    public async ValueTask<long?> SampledSince() => await store.Readers.Run(static session =>
    {
        using var row = session.Prepared("select since from position_sample order by id limit 1").ExecuteReader();
        return row.Read() ? row.GetInt64(0) : (long?)null;
    });

    private static void Keep(SqliteSession session, FillTrace fill) => session.Prepared(
        """
        insert into fill_trace (offset, tx, order_hash, marks) values ($offset, $tx, $order, $marks)
        on conflict (offset) do update set order_hash = coalesce(excluded.order_hash, order_hash), marks = marks || char(10) || excluded.marks
        """,
        ("$offset", fill.Offset), ("$tx", MarkText.Key(fill.Tx.Value)), ("$order", fill.Order is { } order ? MarkText.Key(order.Value) : null),
        ("$marks", MarkText.Of(fill.Marks))).ExecuteNonQuery();

    private static void Keep(SqliteSession session, PositionSample sample) => session.Prepared(
        """
        insert into position_sample (subscription, session, since, until, first, last, unread)
        values ($subscription, $session, $since, $until, $first, $last, $unread)
        """,
        ("$subscription", sample.Subscription.ToString()), ("$session", sample.Session), ("$since", sample.Since), ("$until", sample.Until),
        ("$first", sample.First), ("$last", sample.Last), ("$unread", sample.Unread)).ExecuteNonQuery();

    private async Task<ImmutableArray<long>> Offsets(string sql, long key) => await store.Readers.Run(session =>
    {
        var offsets = ImmutableArray.CreateBuilder<long>();
        using var row = session.Prepared(sql, ("$key", key), ("$most", ITraces.MostFound)).ExecuteReader();
        while (row.Read()) offsets.Add(row.GetInt64(0));
        return offsets.DrainToImmutable();
    });
}
