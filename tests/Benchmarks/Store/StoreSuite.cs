using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Store;

/// <summary>What keeping everything costs: how fast durable subscriptions are back, and what a fill waits for the disk. PostgreSQL if there is one.</summary>
internal sealed class StoreSuite(bool quick, string? only)
{
    private readonly int _rounds = quick ? 5 : 7;
    private readonly int _subscriptions = quick ? 20_000 : 100_000;

    internal async Task<IReadOnlyList<Row>> Run()
    {
        var rows = new List<Row>();
        if (only is null or "recovery")
        {
            await foreach (var store in Stores())
            {
                await using (store)
                    rows.Add(await new RecoveryOfSubscriptions(store, _subscriptions, _rounds).Measure());
            }
        }
        if (only is null or "tape")
            rows.AddRange(await new TapeCost(quick ? 100_000 : 200_000, _rounds).Measure());
        if (only is null or "latency")
            rows.AddRange(await new DurableBeforePublish(_rounds).Measure());
        return rows;
    }

    private static async IAsyncEnumerable<BenchStore> Stores()
    {
        if (await BenchStore.Postgres("bench_recovery") is { } postgres)
            yield return postgres;
        yield return await BenchStore.Sqlite();
    }
}
