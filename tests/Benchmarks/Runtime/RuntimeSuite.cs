using Oddswire.Benchmarks.Measuring;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Runtime;

/// <summary>What the actor runtime has to reach, measured against actors made of channels in the same process.</summary>
internal sealed class RuntimeSuite(bool quick)
{
    private const int WarmUp = 10;          // the compiler's last tier comes after some thousands of calls and in its own time
    private readonly int _rounds = quick ? 7 : 41;
    private readonly int _actors = quick ? 100_000 : 1_000_000;

    /// <summary>Memory first, while nobody else's garbage is about.</summary>
    internal async Task<IReadOnlyList<Row>> Run()
    {
        var idle = await new IdleActors(_actors).Measure();
        return [.. await Messaging(), await new EventSourcing(quick ? 5 : 11).Measure(), .. idle];
    }

    private async Task<Row[]> Messaging()
    {
        var system = new ActorSystem(new ActorSystemOptions { Random = new Random(1) });
        var oneWay1 = OneWay.Streaming(system, producers: 1);
        var oneWay2 = OneWay.Streaming(system, producers: 2);
        var flood = OneWay.Flooding(system);
        var bounded = OneWay.Bounded(system);
        var pingPong1 = PingPong.Of(system, pairs: 1);
        var pingPong16 = PingPong.Of(system, pairs: 16);
        var pingPong1000 = PingPong.Of(system, pairs: 1_000);
        var fanOut = new FanOut(system);
        (Contestant Actors, Contestant Channels) asking = (new Asking.OfActors(system), new Asking.OfChannels());
        (Contestant Actors, Contestant Channels) awaiting = (new Awaiting.OfActors(system), new Awaiting.OfChannels());

        (Contestant Actors, Contestant Channels)[] pairs = [oneWay1, oneWay2, flood, bounded, pingPong1, pingPong16, pingPong1000, asking, awaiting];
        var rounds = await Rounds.Of(WarmUp, _rounds, [.. pairs.SelectMany(static pair => new[] { pair.Actors, pair.Channels }), fanOut]);
        await system.Stop(TimeSpan.FromSeconds(30));

        return
        [
            Compare("one-way tell, 1 producer", oneWay1, 1.3),
            Compare("one-way tell, 2 producers", oneWay2, 1.3),
            NoBytes("one-way tell, allocated", oneWay1.Actors, oneWay2.Actors),
            Compare("ping-pong, 1 pair", pingPong1, 1.5),
            Compare("ping-pong, 16 pairs", pingPong16, 1.5),
            Compare("ping-pong, 1,000 pairs", pingPong1000, 1.5),
            NoBytes("ping-pong, allocated", pingPong1.Actors, pingPong16.Actors, pingPong1000.Actors),
            Against("fan-out to 10,000, beside one-way", fanOut, oneWay1.Actors, 0.6),
            Compare("flood, nobody waits", flood),
            Compare("one-way, bounded mailbox", bounded),
            Compare("ask, 50 askers", asking),
            Compare("handler awaits each message", awaiting),
        ];

        Row Compare(string what, (Contestant Actors, Contestant Channels) pair, double? least = null) => Against(what, pair.Actors, pair.Channels, least);

        Row Against(string what, Contestant ours, Contestant yardstick, double? least)
        {
            var ratio = rounds.PerSecond(ours).Over(rounds.PerSecond(yardstick));
            return new Row(what, Row.Spread(rounds.PerSecond(ours), 1e6) + " M/s")
            {
                Yardstick = Row.Spread(rounds.PerSecond(yardstick), 1e6) + " M/s",
                Ratio = Row.Spread(ratio),
                CpuEach = $"{rounds.CpuEach(ours).Median:0} / {rounds.CpuEach(yardstick).Median:0}",
                BytesEach = $"{rounds.BytesEach(ours).Median:0.00} / {rounds.BytesEach(yardstick).Median:0.00}",
                Target = least is null ? "" : $">= {least:0.0} x",
                Passed = least is null ? null : ratio.Median >= least,
            };
        }

        Row NoBytes(string what, params Contestant[] all)
        {
            var bytes = all.Max(one => rounds.BytesEach(one).Median);
            return new Row(what, $"{bytes:0.00} B each") { Target = "0 B", Passed = bytes < 0.005 };
        }
    }
}
