using System.Security.Cryptography;
using System.Text;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.World;

public sealed class DeterminismTests
{
    [Fact]
    public void The_same_seed_and_start_make_the_same_world() =>
        Assert.Equal(Digest(new WorldRun().Run(30)), Digest(new WorldRun().Run(30)));

    [Fact]
    public void The_size_of_the_steps_does_not_matter()
    {
        var steps = new WorldRun();
        for (var i = 0; i < 3_000; i++) steps.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(Digest(new WorldRun().Run(30)), Digest(steps));
    }

    [Fact]
    public void Another_seed_makes_another_world() =>
        Assert.NotEqual(Digest(new WorldRun().Run(10)), Digest(new WorldRun(new WorldSettings { Seed = 2 }).Run(10)));

    [Fact]
    public void A_restart_keeps_wallets_and_markets_but_never_repeats_a_transaction()
    {
        var before = new WorldRun().Run(10);
        var after = new WorldRun(start: WorldRun.Start.AddMinutes(7)).Run(10);
        Assert.Equal(before.World.Wallets.Select(w => w.Address.Text), after.World.Wallets.Select(w => w.Address.Text));
        Assert.Equal(Lasting(before), Lasting(after));
        Assert.Empty(before.Matches.Select(m => m.TransactionHash).Intersect(after.Matches.Select(m => m.TransactionHash)));
        Assert.True(after.World.Chain.Start > before.World.Chain.Head.Number);
    }

    private static IEnumerable<string> Lasting(WorldRun run) =>
        run.World.Markets.Open.Where(market => market.Plan.EndsAt is null).SelectMany(market => market.Tokens).Select(token => token.Id);

    private static string Digest(WorldRun run)
    {
        var text = new StringBuilder();
        foreach (var match in run.Matches) text.AppendLine($"{match.At:O} {match.TransactionHash} {match.Market.Plan.Slug} {match.Taker.Shares}");
        foreach (var fill in run.Fills) text.AppendLine($"{fill.Number} {fill.Settlement.Block.Hash} {fill.LogIndex} {fill.Execution.Order.Hash} {fill.Execution.Order.Wallet.Address} {fill.Execution.Shares} {fill.Execution.Collateral}");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
