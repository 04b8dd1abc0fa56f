using Oddswire.Benchmarks.Measuring;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>What the gateway has to reach beside its peers. The figures were fixed before it was measured, and a miss is shown as one.</summary>
internal sealed class Targets(Standing standing, Effort effort)
{
    private static readonly double[] MostCpu = [1.8, 1.5, 1.3, 1.3];
    private static readonly double[] LeastOfBest = [0, 1.6, 2, 2];

    internal IReadOnlyList<Row> Rows() =>
        [.. standing.Has(Peer.Oddswire) ? [.. Cpu(), .. Throughput(), .. Latency(), .. OnSqlite(), .. Crowd(), Idle()] : (IReadOnlyList<Row>)[], .. Trades(), .. Books(), .. OverTls()];

    private IEnumerable<Row> Cpu()
    {
        if (!standing.Has(Peer.Reference))
            yield break;
        foreach (var fanOut in FanOut.All)
        {
            yield return AtMost($"CPU per delivery, K={fanOut.Clients}, beside the C reference", MostCpu[fanOut.Level], Of(Peer.Oddswire), Of(Peer.Reference), 1, "µs");
            Series Of(string peer) => standing.Closed(peer, fanOut, static run => run.CpuMicros);
        }
    }

    private IEnumerable<Row> Throughput()
    {
        foreach (var fanOut in FanOut.All)
        {
            (string Peer, double Least)[] rivals = fanOut.Level == 0 ? [(Peer.Nats, 1.0), (Peer.Node, 1.4)] : [(Best(fanOut), LeastOfBest[fanOut.Level])];
            foreach (var (peer, least) in rivals.Where(rival => standing.Has(rival.Peer)))
                yield return AtLeast($"deliveries a second, K={fanOut.Clients}, beside {peer}", least, Of(Peer.Oddswire), Of(peer));
            Series Of(string peer) => standing.Closed(peer, fanOut, static run => run.PerSecond);
        }
    }

    private string Best(FanOut fanOut) => new[] { Peer.Nats, Peer.Node }
        .Where(standing.Has)
        .OrderByDescending(peer => standing.Closed(peer, fanOut, static run => run.PerSecond).Median)
        .FirstOrDefault() ?? Peer.Node;

    private IEnumerable<Row> Latency()
    {
        if (standing.Has(Peer.Reference))
            yield return AtMost($"p50 at {Effort.EventsPerSecond:N0} events a second, beside the C reference", 1.5, P50(Peer.Oddswire), P50(Peer.Reference), 1, "µs");
        if (standing.Has(Peer.Node))
            yield return AtMost($"p99 at {Effort.EventsPerSecond:N0} events a second, beside node", 1.0, P99(Peer.Oddswire), P99(Peer.Node), 1, "µs");

        Series P50(string peer) => standing.Open(peer, static run => run.P50Micros);
        Series P99(string peer) => standing.Open(peer, static run => run.P99Micros);
    }

    private IEnumerable<Row> OnSqlite()
    {
        if (!standing.Has(Peer.OnSqlite))
            yield break;
        var (with, without) = (Cpu(Peer.OnSqlite), Cpu(Peer.Oddswire));
        var more = with.Median - without.Median;
        yield return new Row("CPU per event for the SQLite tape, K=1", $"{more:0.00} µs") { Target = "<= 6 µs", Passed = more <= 6 };

        Series Cpu(string peer) => standing.Closed(peer, FanOut.All[0], static run => run.CpuMicros);
    }

    private IEnumerable<Row> Crowd()
    {
        if (!standing.Has(Peer.Crowded, FanOut.All[0]))
            yield break;
        yield return AtMost($"CPU per event with {effort.Crowd:N0} subscriptions, K=1, beside 1,000", 1.1, Cpu(Peer.Crowded), Cpu(Peer.Oddswire), 1, "µs");

        Series Cpu(string peer) => standing.Closed(peer, FanOut.All[0], static run => run.CpuMicros);
    }

    private IEnumerable<Row> Trades()
    {
        if (!standing.Has(Peer.OnRtds))
            yield break;
        var (p50, p99) = (standing.Open(Peer.OnRtds, static run => run.P50Micros), standing.Open(Peer.OnRtds, static run => run.P99Micros));
        var at = $"at {Effort.TradesPerSecond:N0} RTDS trades a second, SQLite tape, beside its commits";
        yield return Beside("p50 " + at, p50, standing.CommitMicros(0.5), 1, " µs") with { Target = "<= 1000 µs", Passed = p50.Median <= 1_000 };
        yield return Beside("p99 " + at, p99, standing.CommitMicros(0.99), 1, " µs");
    }

    private IEnumerable<Row> Books()
    {
        if (!standing.Has(Peer.Books))
            yield break;
        if (standing.Has(Peer.Reference))
            yield return AtMost("CPU per delivery of book changes, K=100, beside the C reference's fills", 1.5, Of(Peer.Books), Of(Peer.Reference), 1, "µs");
        var p50 = standing.Open(Peer.Books, static run => run.P50Micros);
        yield return new Row($"p50 at {Effort.BookChangesPerSecond:N0} book changes a second, ten clients each", Row.Spread(p50) + " µs") { Target = "<= 1000 µs", Passed = p50.Median <= 1_000 };
        yield return new Row($"p99 at {Effort.BookChangesPerSecond:N0} book changes a second, ten clients each", Row.Spread(standing.Open(Peer.Books, static run => run.P99Micros)) + " µs");
        var followed = standing.Open(Peer.Books, static run => run.Subscriptions).Median;
        yield return new Row($"subscriptions upstream, {LoadGenerator.BookTokens} tokens of 1,000 clients", $"{followed:0}") { Target = $"{LoadGenerator.BookTokens}", Passed = followed == LoadGenerator.BookTokens };

        Series Of(string peer) => standing.Closed(peer, FanOut.All[2], static run => run.CpuMicros);
    }

    /// <summary>Nothing is demanded of these.</summary>
    private IEnumerable<Row> OverTls()
    {
        if (!standing.Has(Peer.Oddswire + Peer.Tls))
            yield break;
        foreach (var fanOut in FanOut.All)
        {
            if (standing.Has(Peer.Reference + Peer.Tls))
                yield return Beside($"CPU per delivery over TLS, K={fanOut.Clients}, beside the C reference", Cpu(Peer.Oddswire + Peer.Tls), Cpu(Peer.Reference + Peer.Tls), 1, " µs");
            if (standing.Has(Peer.Oddswire))
                yield return Beside($"CPU per delivery over TLS, K={fanOut.Clients}, beside its own without", Cpu(Peer.Oddswire + Peer.Tls), Cpu(Peer.Oddswire), 1, " µs");
            if (standing.Has(Peer.Node + Peer.Tls))
                yield return Beside($"deliveries a second over TLS, K={fanOut.Clients}, beside node", PerSecond(Peer.Oddswire + Peer.Tls), PerSecond(Peer.Node + Peer.Tls), 1e3, " k");

            Series Cpu(string peer) => standing.Closed(peer, fanOut, static run => run.CpuMicros);
            Series PerSecond(string peer) => standing.Closed(peer, fanOut, static run => run.PerSecond);
        }
    }

    private Row Idle()
    {
        var bytes = standing.Idle(Peer.Oddswire)!.Value;
        return new Row("resident per idle connection", $"{bytes / 1024:0.0} KiB") { Target = "<= 8 KiB", Passed = bytes <= 8 * 1024 };
    }

    private static Row AtMost(string what, double most, Series ours, Series theirs, double unit, string name)
    {
        var ratio = ours.Over(theirs);
        return Beside(what, ours, theirs, unit, " " + name) with { Target = $"<= {most:0.0} x", Passed = ratio.Median <= most };
    }

    private static Row AtLeast(string what, double least, Series ours, Series theirs)
    {
        var ratio = ours.Over(theirs);
        return Beside(what, ours, theirs, 1e3, " k") with { Target = $">= {least:0.0} x", Passed = ratio.Median >= least };
    }

    private static Row Beside(string what, Series ours, Series theirs, double unit, string name) => new(what, Row.Spread(ours, unit) + name)
    {
        Yardstick = Row.Spread(theirs, unit) + name,
        Ratio = Row.Spread(ours.Over(theirs)),
    };
}
