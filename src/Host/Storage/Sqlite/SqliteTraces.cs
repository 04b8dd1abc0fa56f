using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Host.Storage.Sqlite;

// Traces in the embedded store. They share the writer with tape and journal, in groups that are small enough to let those through.
internal sealed class SqliteTraces(SqliteStore store, TraceBounds bounds, TimeProvider time) : ITraces
{
    private const int LeastDeleted = 500;
    private const int MostPartsDropped = 64;

    private readonly TracePages _pages = new();

    public async ValueTask<long> Newest() => await store.Readers.Run(TracePages.Newest);

    public async ValueTask Keep(TraceGroup group) => await store.Writer.Run(transaction =>
    {
        var session = transaction.Session;
        _pages.Add(session, group.Fills);
        foreach (var sample in group.Samples) Keep(session, sample);
        TracePages.Drop(session, group.OldestFill, MostPartsDropped);
        var most = LeastDeleted + (2 * group.Samples.Length);
        return session.Prepared(
            """
            delete from position_sample where id in (select id from position_sample order by id limit $most)
               and (until < $cut or id <= (select max(id) from position_sample) - $samples)
            """,
            ("$most", most), ("$cut", (time.GetUtcNow() - bounds.Keep).ToUnixTimeMilliseconds()), ("$samples", bounds.MostSamples)).ExecuteNonQuery();
    }, flushed: false);

    public async ValueTask<ImmutableArray<long>> Find(TxHash tx) =>
        await store.Readers.Run(session => TracePages.ByTransaction(session, MarkText.Key(tx.Value)));

    public async ValueTask<ImmutableArray<long>> Find(OrderHash order) =>
        await store.Readers.Run(session => TracePages.ByOrder(session, MarkText.Key(order.Value)));

    public async ValueTask<FillMarks?> Of(long offset) => await store.Readers.Run(session => TracePages.Of(session, offset));

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

    private static void Keep(SqliteSession session, PositionSample sample) => session.Prepared(
        """
        insert into position_sample (subscription, session, since, until, first, last, unread)
        values ($subscription, $session, $since, $until, $first, $last, $unread)
        """,
        ("$subscription", sample.Subscription.ToString()), ("$session", sample.Session), ("$since", sample.Since), ("$until", sample.Until),
        ("$first", sample.First), ("$last", sample.Last), ("$unread", sample.Unread)).ExecuteNonQuery();
}
