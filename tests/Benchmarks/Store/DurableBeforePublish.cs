using Oddswire.Actors.Tape;
using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Store;

/// <summary>
/// What a fill waits for the disk: from the moment the tape is told of it until the tape publishes it, at 1,000 fills a second, with the
/// commit in between and without (tape.store = memory). The tapes take turns, a few seconds each.
/// </summary>
internal sealed class DurableBeforePublish(int rounds)
{
    internal async Task<IEnumerable<Row>> Measure()
    {
        await using var sqlite = await BenchStore.Sqlite();
        await using var postgres = await BenchStore.Postgres("bench_latency");
        var memory = new TapePath("memory", new MemoryTape(), epoch: 1);
        TapePath[] stored = postgres is null ? [Of(sqlite)] : [Of(postgres), Of(sqlite)];
        TapePath[] all = [memory, .. stored];
        var samples = all.ToDictionary(static path => path, static _ => new List<Latency>());
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var path in all)
            {
                var latency = await path.Round();
                if (round > 0)
                    samples[path].Add(latency);
            }
        }
        foreach (var path in all)
            await path.Stop();
        return stored.SelectMany(path => new[] { Row(path, "p50", static latency => latency.P50), Row(path, "p99", static latency => latency.P99) });

        static TapePath Of(BenchStore store) => new(store.Name, store.Tape, store.Fence.Term);

        Row Row(TapePath path, string which, Func<Latency, double> of)
        {
            var (ours, without) = (new Series([.. samples[path].Select(of)]), new Series([.. samples[memory].Select(of)]));
            return new Row($"a fill on {path.Name} before it is published, {which}", Measuring.Row.Spread(ours) + " ms")
            {
                Yardstick = Measuring.Row.Spread(without) + " ms",
                Ratio = $"+{ours.Median - without.Median:0.00} ms",
            };
        }
    }
}
