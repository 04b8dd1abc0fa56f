using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>What the actor runtime has to reach, measured against actors made of channels in the same process.</summary>
internal sealed class RuntimeSuite(bool quick, string? only = null)
{
    private const int WarmUp = 10;          // the compiler's last tier comes after some thousands of calls and in its own time
    private readonly int _rounds = quick ? 7 : 41;
    private readonly int _actors = quick ? 100_000 : 1_000_000;

    /// <summary>Memory first, while nobody else's garbage is about.</summary>
    internal async Task<IReadOnlyList<Row>> Run()
    {
        if (only is not null)
            return await Messaging();
        var idle = await new IdleActors(_actors).Measure();
        return [.. await Messaging(), await new EventSourcing(quick ? 5 : 11).Measure(), .. idle];
    }

    private async Task<Row[]> Messaging()
    {
        var system = new ActorSystem(new ActorSystemOptions { Random = Random.Shared });
        var oneWay = OneWay.Streaming(system, producers: 1);
        Pairing[] pairs =
        [
            new("one-way tell, 1 producer", oneWay, 1.3),
            new("one-way tell, 2 producers", OneWay.Streaming(system, producers: 2), 1.3),
            new("ping-pong, 1 pair", PingPong.Of(system, pairs: 1), 1.5),
            new("ping-pong, 16 pairs", PingPong.Of(system, pairs: 16), 1.5),
            new("ping-pong, 1,000 pairs", PingPong.Of(system, pairs: 1_000), 1.5),
            new("fan-out to 10,000, beside one-way", (new FanOut(system), oneWay.Actors), 0.6),
            new("flood, nobody waits", OneWay.Flooding(system), null),
            new("one-way, bounded mailbox", OneWay.Bounded(system), null),
            new("ask, 50 askers", (new Asking.OfActors(system), new Asking.OfChannels()), null),
            new("handler awaits each message", (new Awaiting.OfActors(system), new Awaiting.OfChannels()), null),
        ];
        pairs = [.. pairs.Where(pair => only is null || pair.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        var rounds = await Rounds.Of(WarmUp, _rounds, [.. pairs.SelectMany(static pair => new[] { pair.Both.Ours, pair.Both.Yardstick }).Distinct()]);
        await system.Stop(TimeSpan.FromSeconds(30));
        return [.. pairs.Select(Compare), .. NoBytes("one-way"), .. NoBytes("ping-pong")];

        Row Compare(Pairing pair)
        {
            var (ours, yardstick) = pair.Both;
            var ratio = rounds.PerSecond(ours).Over(rounds.PerSecond(yardstick));
            return new Row(pair.Name, Row.Spread(rounds.PerSecond(ours), 1e6) + " M/s")
            {
                Yardstick = Row.Spread(rounds.PerSecond(yardstick), 1e6) + " M/s",
                Ratio = Row.Spread(ratio),
                CpuEach = $"{rounds.CpuEach(ours).Median:0} / {rounds.CpuEach(yardstick).Median:0}",
                BytesEach = $"{rounds.BytesEach(ours).Median:0.00} / {rounds.BytesEach(yardstick).Median:0.00}",
                Target = pair.Least is null ? "" : $">= {pair.Least:0.0} x",
                Passed = pair.Least is null ? null : ratio.Median >= pair.Least,
            };
        }

        IEnumerable<Row> NoBytes(string kind)
        {
            var all = pairs.Where(pair => pair.Least is not null && pair.Name.StartsWith(kind, StringComparison.Ordinal)).ToList();
            if (all.Count == 0)
                yield break;
            var bytes = all.Max(pair => rounds.BytesEach(pair.Both.Ours).Median);
            yield return new Row(kind + ", allocated", $"{bytes:0.00} B each") { Target = "0 B", Passed = bytes < 0.005 };
        }
    }

    private sealed record Pairing(string Name, (Contestant Ours, Contestant Yardstick) Both, double? Least);
}
