using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.World;

public sealed class MarketTests
{
    [Fact]
    public void Exchange_addresses_have_the_checksums_of_the_protocol_page()
    {
        Assert.Equal("0xE111180000d2663C0091e4f400237545B87B996B", Exchange.Ctf.Address.Checksummed);
        Assert.Equal("0xe2222d279d744050d28e00520010520000310F59", Exchange.NegRisk.Address.Checksummed);
        Assert.Equal("0xe3333700cA9d93003F00f0F71f8515005F6c00Aa", Exchange.V3.Address.Checksummed);
        Assert.Equal("0x4bFb41d5B3570DeFd03C39a9A4D8dE6Bd8B8982E", Exchange.LegacyCtf.Address.Checksummed);
        Assert.Equal("0xC5d563A36AE78145C45a50134d48A1215220f80a", Exchange.LegacyNegRisk.Address.Checksummed);
        Assert.Equal("0xe111180000d2663c0091e4f400237545b87b996b", Exchange.Ctf.Address.Text);
    }

    [Fact]
    public void Ids_look_like_the_venues_own()
    {
        foreach (var market in new WorldRun().World.Markets.Open)
        {
            Assert.Equal(66, market.ConditionId.Length);
            Assert.Equal(market.Plan.ProtocolV2 ? 64 : 66, market.GammaConditionId.Length);
            Assert.All(market.Tokens, token => Assert.Equal(market.Plan.ProtocolV2 ? 75 : 77, token.Id.Length));
            Assert.Equal(Market.One, market.Tokens.Sum(token => token.Mid));
        }
    }

    [Fact]
    public void The_world_has_yes_no_up_down_team_labels_neg_risk_and_protocol_v2()
    {
        var markets = new WorldRun().World.Markets.Open;
        Assert.Superset(new HashSet<string> { "Yes", "Up", "Otters" }, markets.Select(market => market.Tokens[0].Label).ToHashSet());
        Assert.Superset(new HashSet<string> { "No", "Down", "Falcons" }, markets.Select(market => market.Tokens[1].Label).ToHashSet());
        Assert.Contains(markets, market => market.Plan.NegRisk);
        Assert.Contains(markets, market => market.Plan.ProtocolV2);
        Assert.Contains(markets.GroupBy(market => market.Plan.EventSlug), markets => markets.Count() > 1);
    }

    [Fact]
    public void A_new_market_trades_at_once_and_is_in_the_catalog_a_little_later()
    {
        var run = new WorldRun().Run(300);
        var fresh = run.World.Markets.All.Where(market => market.CreatedAt > WorldRun.Start).ToList();
        Assert.InRange(fresh.Count, 4, 6);
        Assert.All(fresh, market =>
        {
            var first = run.Matches.First(match => match.Market == market).At;
            Assert.InRange(first - market.CreatedAt, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            Assert.InRange(market.ListedAt - market.CreatedAt, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(6));
        });
    }

    [Fact]
    public void A_window_settles_after_its_end_and_trades_no_more()
    {
        var run = new WorldRun();
        var first = run.World.Markets.Open.Where(market => market.Plan.EndsAt is not null).MinBy(market => market.Plan.EndsAt)!;
        run.Agenda.Advance(first.Plan.EndsAt!.Value);
        Assert.Equal(MarketState.Settling, first.State);
        run.Run(31);
        Assert.Equal(MarketState.Settled, first.State);
        Assert.DoesNotContain(run.Matches, match => match.Market == first && match.At > first.Plan.EndsAt);
        Assert.Equal(12, run.World.Markets.Open.Count);
    }

    [Fact]
    public void Settled_markets_are_forgotten_one_day_but_not_soon()
    {
        var run = new WorldRun(new WorldSettings { Rate = 1, Window = TimeSpan.FromSeconds(10) });
        var first = run.World.Markets.Open[^1];
        run.Run(60);
        Assert.NotNull(run.World.Markets.Token(first.Tokens[0].Id));
        run.Run(1_200);
        Assert.Null(run.World.Markets.Token(first.Tokens[0].Id));
        Assert.Equal(512, run.World.Markets.All.Count());
    }

    [Fact]
    public void The_rate_of_a_market_is_what_it_had_lately()
    {
        var run = new WorldRun().Run(60);
        Assert.InRange(run.World.Markets.Open.Sum(market => market.RateAt(run.Agenda.Now)), 50, 70);
        run.World.Pause();
        run.Run(60);
        Assert.All(run.World.Markets.Open, market => Assert.InRange(market.RateAt(run.Agenda.Now), 0, 0.5));
    }
}
