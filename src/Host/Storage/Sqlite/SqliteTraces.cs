using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage.Sqlite.Reels;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage.Sqlite;

// Traces in the embedded store. They share the writer with tape and journal, in groups that are small enough to let those through.
internal sealed class SqliteTraces(SqliteStore store, TraceBounds bounds, TimeProvider time) : ITraces
{
    private const int LeastDeleted = 500;

    private readonly ArrayBufferWriter<byte> _marks = new(); // the writer's thread alone

    public async ValueTask<long> Newest() => await store.Readers.Run(static session => session.Prepared("select coalesce(max(offset), 0) from fill_trace").ReadInt64());

    public async ValueTask Keep(TraceGroup group) => await store.Writer.Run(transaction =>
    {
        var session = transaction.Session;
        var closed = session.Statement("select coalesce(max(number) + 1, 0) from trace_reel").One(static row => Reel.First(row.Int64(0)));
        foreach (var fill in group.Fills) Keep(session, fill, isClosed: fill.Offset < closed);
        TraceReels.CloseFull(session);
        foreach (var sample in group.Samples) Keep(session, sample);
        var most = LeastDeleted + (2 * (group.Fills.Count + group.Samples.Length));
        session.Prepared(
            "delete from fill_trace where offset in (select offset from fill_trace where offset < $oldest order by offset limit $most)",
            ("$oldest", group.OldestFill), ("$most", most)).ExecuteNonQuery();
        TraceReels.Drop(session, group.OldestFill);
        return session.Prepared(
            """
            delete from position_sample where id in (select id from position_sample order by id limit $most)
               and (until < $cut or id <= (select max(id) from position_sample) - $samples)
            """,
            ("$most", most), ("$cut", (time.GetUtcNow() - bounds.Keep).ToUnixTimeMilliseconds()), ("$samples", bounds.MostSamples)).ExecuteNonQuery();
    });

    public async ValueTask<ImmutableArray<long>> Find(TxHash tx) =>
        await store.Readers.Run(session => session.InSnapshot(() => TraceReels.ByTransaction(session, MarkText.Key(tx.Value))));

    public async ValueTask<ImmutableArray<long>> Find(OrderHash order) =>
        await store.Readers.Run(session => session.InSnapshot(() => TraceReels.ByOrder(session, MarkText.Key(order.Value))));

    public async ValueTask<FillMarks?> Of(long offset) => await store.Readers.Run(session =>
    {
        using var row = session.Prepared("select marks from fill_trace where offset = $offset", ("$offset", offset)).ExecuteReader();
        return row.Read() ? MarkText.Read(row.GetString(0)) : (FillMarks?)null;
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

    private void Keep(SqliteSession session, FillTrace fill, bool isClosed)
    {
        long? order = fill.Order is { } hash ? MarkText.Key(hash.Value) : null;
        var tx = MarkText.Key(fill.Tx.Value);
        _marks.ResetWrittenCount();
        MarkText.Write(fill.Marks, _marks);
        session.Statement(
            """
            insert into fill_trace (offset, tx, order_hash, marks) values (?, ?, ?, ?)
            on conflict (offset) do update set order_hash = coalesce(excluded.order_hash, order_hash), marks = marks || char(10) || excluded.marks
            """)
            .Bind(1, fill.Offset).Bind(2, tx).Bind(3, order).BindText(4, _marks.WrittenSpan).Run();
        if (isClosed) TraceReels.Put(session, fill.Offset, tx, order ?? 0);
    }

    private static void Keep(SqliteSession session, PositionSample sample) => session.Prepared(
        """
        insert into position_sample (subscription, session, since, until, first, last, unread)
        values ($subscription, $session, $since, $until, $first, $last, $unread)
        """,
        ("$subscription", sample.Subscription.ToString()), ("$session", sample.Session), ("$since", sample.Since), ("$until", sample.Until),
        ("$first", sample.First), ("$last", sample.Last), ("$unread", sample.Unread)).ExecuteNonQuery();
}
