using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Stages;

/// <summary>
/// What an event costs that one client wants, as the crowd around it grows, and what the crowd weighs. Each curve's crowds are there at the
/// same time and take turns; the first of them is what the others are compared with. A turn is long enough for several collections, and begins
/// untimed: what its predecessor left to the collector, and what it took out of the caches, is no cost of its events. Nothing is demanded here: an event is
/// a fifth of what it is with sockets, and what a million subscriptions may cost it is asked of the gateway (`tests/run bench`).
/// </summary>
internal sealed class GrowthSuite(bool quick, string? only)
{
    private const int Batch = 64;
    private const int WarmUp = 3;

    // Each wallet that trades comes once.
    private const int ToBegin = 16;

    private readonly int _rounds = quick ? 5 : 21;
    private readonly int _batches = quick ? 100 : 600;

    internal async Task<IReadOnlyList<Row>> Run() =>
    [
        .. await Curve("clients", [10, 100, 1_000, 10_000], static n => new Crowd(n)),
        .. await Curve("subscriptions of 1,000 clients", [1_000, 10_000, 100_000, quick ? 200_000 : 1_000_000], static n => new Crowd(1_000, Subscriptions: n / 1_000)),
        .. await Curve("wallets in one subscription", [1, 100, 10_000, 100_000], static n => new Crowd(1, Wallets: n)),
        .. only is null ? await Pace() : [],
    ];

    private async Task<IEnumerable<Row>> Curve(string what, int[] sizes, Func<int, Crowd> crowd)
    {
        if (only is not null && !what.StartsWith(only, StringComparison.Ordinal))
            return [];
        var ways = new List<WholeWay>();
        foreach (var size in sizes)
            ways.Add(await WholeWay.Start(crowd(size)));
        var costs = await InTurn(ways, _batches, static (way, batches) => way.Run(Batch, batches));
        foreach (var way in ways)
            await way.DisposeAsync();
        return sizes.Select((size, i) => Line($"{size:N0} {what}", costs[i], costs[0]) with
        {
            Yardstick = $"{ways[i].Bytes / (double)size:N0} B of memory each",
        });
    }

    /// <summary>The faster they come, the more of them are on their way at a time.</summary>
    private async Task<IEnumerable<Row>> Pace()
    {
        await using var way = await WholeWay.Start(new Crowd(1_000));
        int[] batches = [1, 4, 16, 64, 256];
        var costs = await InTurn(batches, _batches / 4, (batch, times) => way.Run(batch, times * Batch / batch));
        return batches.Select((batch, i) => Line($"{batch} on their way, {1e9 / costs[i].Nanoseconds.Median:N0} events a second", costs[i], costs[0]));
    }

    private async Task<List<Costs>> InTurn<T>(IReadOnlyList<T> contestants, int batches, Func<T, int, Task<WayCost>> run)
    {
        var rounds = contestants.Select(static _ => new List<WayCost>()).ToList();
        for (var round = 0; round < WarmUp + _rounds; round++)
        {
            for (var i = 0; i < contestants.Count; i++)
            {
                GC.Collect(1);
                await run(contestants[i], ToBegin);
                var cost = await run(contestants[i], batches);
                if (round >= WarmUp)
                    rounds[i].Add(cost);
            }
        }
        return [.. rounds.Select(static of => new Costs(of))];
    }

    private static Row Line(string what, Costs cost, Costs first) => new(what, $"{Row.Spread(cost.Nanoseconds)} ns an event, {cost.Paused.Median:0} of them the collector's")
    {
        Ratio = Row.Spread(cost.Nanoseconds.Over(first.Nanoseconds)),
        BytesEach = $"{cost.Bytes.Median:N0}",
    };

    private sealed class Costs(List<WayCost> rounds)
    {
        internal Series Nanoseconds { get; } = new([.. rounds.Select(static cost => cost.Nanoseconds)]);
        internal Series Paused { get; } = new([.. rounds.Select(static cost => cost.Paused)]);
        internal Series Bytes { get; } = new([.. rounds.Select(static cost => cost.Bytes)]);
    }
}
