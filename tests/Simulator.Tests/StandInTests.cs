using System.Security.Cryptography;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests;

public sealed class StandInTests
{
    [Fact]
    public void The_same_seed_sends_the_same_frames_at_every_venue_and_at_the_same_times() =>
        Assert.Equal(Frames(new StandInRun(), steps: 1), Frames(new StandInRun(), steps: 700));

    [Fact]
    public void Another_seed_sends_others() =>
        Assert.NotEqual(Frames(new StandInRun(), steps: 1), Frames(new StandInRun(new WorldSettings { Seed = 2 }), steps: 1));

    [Fact]
    public void The_same_fill_shows_up_at_every_venue()
    {
        var run = new StandInRun();
        var (rtds, polygon, dome) = Subscribe(run);
        run.Run(20);
        run.World.Pause();
        run.Run(5);
        Assert.True(run.StandIn.Settled);
        // As a multiset: several maker rows of one wallet may share a transaction, a token and a side.
        var byRtds = rtds.Data.Select(row => row.GetProperty("payload")).Select(row =>
            (row.GetProperty("transactionHash").GetString()!, row.GetProperty("proxyWallet").GetString()!.ToLowerInvariant(), row.GetProperty("asset").GetString()!, row.GetProperty("side").GetString()!, row.GetProperty("size").GetDecimal(), row.GetProperty("price").GetDecimal()));
        var byDome = dome.Data.Select(frame => frame.GetProperty("data")).Select(data =>
            (data.GetProperty("tx_hash").GetString()!, data.GetProperty("user").GetString()!, data.GetProperty("token_id").GetString()!, data.GetProperty("side").GetString()!, data.GetProperty("shares_normalized").GetDecimal(), data.GetProperty("price").GetDecimal()));
        Assert.Equal(byDome.Order(), byRtds.Order());
        var byChain = polygon.Data.Select(frame => frame.GetProperty("params").GetProperty("result")).Select(log =>
            (log.GetProperty("transactionHash").GetString()!, "0x" + log.GetProperty("topics")[2].GetString()![26..]));
        Assert.Equal(byDome.Select(row => (row.Item1, row.Item2)), byChain);
        Assert.True(run.World.Chain.Fills.Count > 1_000);
    }

    [Fact]
    public void Everything_that_is_to_come_is_on_the_agenda()
    {
        var run = new StandInRun();
        var client = Subscribe(run).Polygon;
        while (client.Data.Count == 0) run.StandIn.Advance(run.StandIn.NextDue!.Value);
        Assert.Equal(StandInRun.Start.AddSeconds(1.5), run.StandIn.Now);
    }

    private static string Frames(StandInRun run, int steps)
    {
        var (rtds, polygon, dome) = Subscribe(run);
        for (var i = 0; i < steps; i++) run.Run(14.0 / steps);
        run.Run(1);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (at, frame) in rtds.Frames.Concat(polygon.Frames).Concat(dome.Frames))
        {
            hash.AppendData(BitConverter.GetBytes(at.UtcTicks));
            hash.AppendData(frame.Payload());
        }
        Assert.True(rtds.Frames.Count > 500 && polygon.Frames.Count > 500 && dome.Frames.Count > 500);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static (Client Rtds, Client Polygon, Client Dome) Subscribe(StandInRun run) =>
    (
        run.Connect("rtds").Say("""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades"}]}"""),
        run.Connect("polygon").Say("""{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{"topics":["0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee"]}]}"""),
        run.Connect("dome", "/demo-dev").Say("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}""")
    );
}
