using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Store;

/// <summary>What keeping everything costs: how fast durable subscriptions are back, and what a fill waits for the disk. PostgreSQL if there is one.</summary>
internal sealed class StoreSuite(bool quick)
{
    private readonly int _rounds = quick ? 5 : 11;
    private readonly int _subscriptions = quick ? 20_000 : 100_000;

    internal async Task<IReadOnlyList<Row>> Run()
    {
        var rows = new List<Row>();
        foreach (var open in new[] { BenchStore.Postgres("bench_recovery"), Sqlite() })
        {
            if (await open is not { } store)
                continue;
            await using (store)
                rows.Add(await new RecoveryOfSubscriptions(store, _subscriptions, _rounds).Measure());
        }
        rows.AddRange(await new DurableBeforePublish(quick ? 5 : 9).Measure());
        return rows;
    }

    private static async Task<BenchStore?> Sqlite() => await BenchStore.Sqlite();
}
