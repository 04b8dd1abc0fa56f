using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.World;

public sealed class ChainTests
{
    [Fact]
    public void A_block_comes_every_two_seconds_and_knows_its_parent()
    {
        var run = new WorldRun().Run(60);
        Assert.Equal(30, run.Blocks.Count);
        foreach (var (block, next) in run.Blocks.Zip(run.Blocks.Skip(1)))
        {
            Assert.Equal(block.Number + 1, next.Number);
            Assert.Equal(block.Hash, next.Parent);
            Assert.Equal(TimeSpan.FromSeconds(2), next.At - block.At);
        }
        Assert.All(run.Blocks, block => Assert.Equal(0, block.At.ToUnixTimeSeconds() % 2));
    }

    [Fact]
    public void A_match_is_on_the_chain_about_two_seconds_later_with_one_log_per_maker_one_of_the_taker_and_orders_matched()
    {
        var run = new WorldRun().Run(60);
        var delays = new List<double>();
        foreach (var settlement in run.Blocks.SelectMany(block => block.Settlements))
        {
            var match = settlement.Match;
            delays.Add((settlement.Block.At - match.At).TotalSeconds);
            var fills = settlement.Logs.Where(log => log.Kind == LogKind.OrderFilled).Select(log => log.Fill!.Execution).ToList();
            Assert.Equal(match.Makers.Append(match.Taker), fills);
            Assert.All(fills[..^1], maker => Assert.Equal(match.Taker.Order.Wallet.Address, maker.Counterparty));
            Assert.Equal(match.Market.Plan.Exchange.Address, Assert.Single(fills, fill => fill.Counterparty == match.Market.Plan.Exchange.Address).Counterparty);
            Assert.Equal(LogKind.OrdersMatched, settlement.Logs[^1].Kind);
            Assert.Equal(match.Taker.Fee > 0, settlement.Logs.Any(log => log.Kind == LogKind.FeeCharged));
        }
        Assert.InRange(delays.Average(), 2.0, 2.4);
        Assert.InRange(delays.Max(), 0, 3.5);
    }

    [Fact]
    public void Log_indexes_rise_through_a_block_and_fills_are_numbered_without_a_hole()
    {
        var run = new WorldRun().Run(60);
        foreach (var block in run.Blocks)
        {
            var indexes = block.Settlements.SelectMany(settlement => settlement.Logs).Select(log => log.Index).ToList();
            Assert.Equal(indexes.Order().Distinct(), indexes);
        }
        Assert.Equal(Enumerable.Range(1, run.Fills.Count()).Select(number => (long)number), run.Fills.Select(fill => fill.Number));
        Assert.Equal(run.Fills.Count(), run.World.Chain.Fills.Count);
    }

    [Fact]
    public void A_pause_lets_settle_what_was_made_and_makes_nothing_new()
    {
        var run = new WorldRun().Run(20);
        run.World.Pause();
        Assert.True(run.World.InFlight > 0);
        var made = run.Matches.Sum(match => match.Fills);
        run.Run(20);
        Assert.Equal(0, run.World.InFlight);
        Assert.Equal(made, run.Fills.Count());
        Assert.Equal(20, run.Blocks.Count);
        run.World.Resume();
        run.World.Resume();
        run.Run(20);
        Assert.InRange(run.Matches.Sum(match => match.Fills) - made, 1_180, 1_220);
    }

    [Fact]
    public void A_reorg_replaces_the_newest_blocks_and_its_matches_come_again_or_are_gone()
    {
        var run = new WorldRun().Run(31);
        var chain = run.World.Chain;
        var (oldHead, height) = (chain.Head, chain.Head.Number);
        run.World.Reorg(2, gone: 0.5);
        Assert.Equal([height, height - 1], run.UnwoundBlocks.Select(block => block.Number));
        Assert.Equal(height, chain.Head.Number);
        Assert.NotEqual(oldHead.Hash, chain.Head.Hash);
        Assert.Equal(chain[height - 2]!.Hash, chain[height - 1]!.Parent);
        run.Run(4);
        var unwound = run.UnwoundBlocks.SelectMany(block => block.Settlements).ToList();
        Assert.All(unwound, settlement => Assert.True(settlement.Removed));
        var now = Enumerable.Range(0, 4).SelectMany(back => chain[chain.Head.Number - back]!.Settlements).Select(settlement => settlement.Match).ToHashSet();
        var again = unwound.Count(settlement => now.Contains(settlement.Match));
        Assert.InRange(again / (double)unwound.Count, 0.25, 0.75);
        Assert.Equal(again, unwound.Count(settlement => chain.Transaction(settlement.Match.TransactionHash) is { Removed: false }));
        Assert.Contains(unwound, settlement => chain.Transaction(settlement.Match.TransactionHash)?.Block.Number > height);
    }

    [Fact]
    public void The_first_block_of_a_run_is_never_taken_back()
    {
        var run = new WorldRun().Run(3);
        run.World.Reorg(50, gone: 1);
        Assert.Equal(run.World.Chain.Start, run.UnwoundBlocks[^1].Number - 1);
        run.World.Reorg(50, gone: 1);
        Assert.NotNull(run.World.Chain[run.World.Chain.Start]);
    }

    [Fact]
    public void Old_blocks_and_fills_are_pruned_together()
    {
        var run = new WorldRun(new WorldSettings { Rate = 500, History = 5_000 }).Run(60);
        var chain = run.World.Chain;
        Assert.Equal(5_000, chain.Fills.Count);
        Assert.Null(chain[chain.FirstKept - 1]);
        Assert.InRange(chain.Head.Number - chain.FirstKept, 3, 6);
        Assert.Null(chain.Transaction(run.Matches[0].TransactionHash));
    }
}
