using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.World;

// What people are told of the demo world: its rate, and that nobody waits longer than five seconds for a fill.
public sealed class DemoPromiseTests
{
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    private static readonly WorldRun Run = new WorldRun().Run(180);

    [Fact]
    public void It_has_40_wallets_and_12_open_markets_of_which_4_are_busy()
    {
        Assert.Equal(40, Run.World.Wallets.Select(wallet => wallet.Address.Text).Distinct().Count());
        Assert.Equal(12, Run.World.Markets.Open.Count);
        Assert.Equal(4, Run.World.Markets.Open.Count(market => market.Plan.Busy));
    }

    [Fact]
    public void It_makes_60_fills_and_about_20_matches_a_second()
    {
        Assert.InRange(Run.Matches.Sum(match => match.Fills) / 180.0, 59.5, 60.5);
        Assert.InRange(Run.Matches.Count / 180.0, 18, 22);
    }

    [Fact]
    public void Every_wallet_has_a_fill_at_least_every_5_s_in_matches_and_on_the_chain()
    {
        foreach (var wallet in Run.World.Wallets)
        {
            AssertNoLongWait(Run.Matches.Where(match => Executions(match).Any(e => e.Order.Wallet == wallet)).Select(match => match.At));
            AssertNoLongWait(Run.Fills.Where(fill => fill.Execution.Order.Wallet == wallet).Select(fill => fill.Settlement.Block.At));
        }
    }

    [Fact]
    public void Every_market_has_a_fill_at_least_every_5_s_while_it_is_open()
    {
        var lasting = Run.World.Markets.Open.Where(market => market.Plan.EndsAt is null).ToList();
        Assert.Equal(7, lasting.Count);
        foreach (var market in lasting)
        {
            AssertNoLongWait(Run.Matches.Where(match => match.Market == market).Select(match => match.At));
            AssertNoLongWait(Run.Fills.Where(fill => fill.Settlement.Match.Market == market).Select(fill => fill.Settlement.Block.At));
        }
        foreach (var market in Run.World.Markets.All.Where(market => market.Plan.EndsAt is not null))
            AssertNoLongWait(Run.Matches.Where(match => match.Market == market).Select(match => match.At), market.CreatedAt, market.State == MarketState.Open ? Run.Agenda.Now : market.Plan.EndsAt!.Value);
    }

    [Fact]
    public void A_busy_token_trades_every_second()
    {
        foreach (var token in Run.World.Markets.Open.Where(market => market.Plan.Busy).SelectMany(market => market.Tokens))
        {
            var times = Run.Matches.Where(match => match.Taker.Order.Token == token).Select(match => match.At).ToList();
            Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.Zero, TimeSpan.FromSeconds(1.2)));
            Assert.InRange(times.Count / 180.0, 1.0, 3.0);
        }
    }

    [Theory]
    [InlineData(1, 600)]
    [InlineData(1_000, 20)]
    [InlineData(20_000, 5)]
    public void Any_rate_is_held(double rate, int seconds)
    {
        var run = new WorldRun(new WorldSettings { Rate = rate }).Run(seconds);
        Assert.InRange(run.Matches.Sum(match => match.Fills) / (rate * seconds), 0.98, 1.02);
    }

    private static IEnumerable<Execution> Executions(Match match) => match.Makers.Append(match.Taker);

    private static void AssertNoLongWait(IEnumerable<DateTimeOffset> times, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var at = from ?? WorldRun.Start;
        foreach (var next in times.Append(to ?? Run.Agenda.Now))
        {
            Assert.InRange(next - at, TimeSpan.Zero, FiveSeconds);
            at = next;
        }
    }
}
