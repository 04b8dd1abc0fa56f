using System.Text.Json;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues;

public sealed class GammaTests
{
    private readonly StandInRun _run = new();

    [Fact]
    public void A_token_leads_to_its_market_and_label_through_lists_inside_strings()
    {
        foreach (var token in _run.World.Markets.Open.SelectMany(market => market.Tokens))
        {
            var market = Assert.Single(Markets(_run.Get("/markets/keyset", ("clob_token_ids", token.Id))));
            Assert.Equal(token.Market.GammaConditionId, market.GetProperty("conditionId").GetString());
            Assert.Equal(token.Market.Plan.Slug, market.GetProperty("slug").GetString());
            Assert.Equal(token.Market.Plan.Title, market.GetProperty("question").GetString());
            Assert.Equal(token.Market.Plan.EventSlug, market.GetProperty("events")[0].GetProperty("slug").GetString());
            var v2 = market.GetProperty("version").GetString() == "v2";
            var ids = v2 ? market.GetProperty("positionIds") : JsonElement.Parse(market.GetProperty("clobTokenIds").GetString()!);
            var outcomes = JsonElement.Parse(market.GetProperty("outcomes").GetString()!);
            Assert.Equal(token.Id, ids[token.Index].GetString());
            Assert.Equal(token.Label, outcomes[token.Index].GetString());
            Assert.Equal(2, JsonElement.Parse(market.GetProperty("outcomePrices").GetString()!).GetArrayLength());
            Assert.Equal(token.Market.Plan.NegRisk, market.GetProperty("negRisk").GetBoolean());
        }
    }

    [Fact]
    public void Several_ids_are_several_parameters_and_unknown_ones_find_nothing()
    {
        var markets = _run.World.Markets.Open;
        var found = Markets(_run.Get("/markets/keyset", ("condition_ids", markets[0].ConditionId), ("condition_ids", markets[3].ConditionId), ("condition_ids", "0x00")));
        Assert.Equal([markets[0].Plan.Slug, markets[3].Plan.Slug], found.Select(market => market.GetProperty("slug").GetString()));
        Assert.Single(Markets(_run.Get("/markets/keyset", ("slug", markets[1].Plan.Slug))));
        Assert.Empty(Markets(_run.Get("/markets/keyset", ("clob_token_ids", "123"))));
    }

    [Fact]
    public void Pages_follow_the_cursor_and_the_last_one_has_none()
    {
        var seen = new List<string?>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var page = StandInRun.Json(cursor is null ? _run.Get("/markets/keyset", ("limit", "5")) : _run.Get("/markets/keyset", ("limit", "5"), ("after_cursor", cursor)));
            seen.AddRange(page.GetProperty("markets").EnumerateArray().Select(market => market.GetProperty("slug").GetString()));
            cursor = page.TryGetProperty("next_cursor", out var next) ? next.GetString() : null;
            pages++;
        }
        while (cursor is not null);
        Assert.Equal(3, pages);
        Assert.Equal(_run.World.Markets.Open.Select(market => market.Plan.Slug), seen);
    }

    [Fact]
    public void A_market_that_was_just_created_is_not_known_yet()
    {
        var run = new StandInRun(new WorldSettings { Window = TimeSpan.FromSeconds(50) });
        Market? fresh;
        while ((fresh = run.World.Markets.Open.FirstOrDefault(market => market.CreatedAt > StandInRun.Start)) is null) run.Run(0.1);
        Assert.Empty(Markets(run.Get("/markets/keyset", ("slug", fresh.Plan.Slug))));
        run.Run(6.1);
        Assert.Single(Markets(run.Get("/markets/keyset", ("slug", fresh.Plan.Slug))));
    }

    [Fact]
    public void A_settled_market_is_closed_and_pays_one_outcome()
    {
        var run = new StandInRun(new WorldSettings { Window = TimeSpan.FromSeconds(60) }).Run(120);
        var settled = run.World.Markets.All.First(market => market.State == MarketState.Settled);
        var market = Assert.Single(Markets(run.Get("/markets/keyset", ("slug", settled.Plan.Slug), ("closed", "true"))));
        Assert.Contains(market.GetProperty("outcomePrices").GetString(), new[] { """["1", "0"]""", """["0", "1"]""" });
        Assert.False(market.GetProperty("acceptingOrders").GetBoolean());
        Assert.Empty(Markets(run.Get("/markets/keyset", ("slug", settled.Plan.Slug), ("closed", "false"))));
    }

    [Fact]
    public void The_old_list_is_a_bare_array_with_a_sunset_header()
    {
        var answer = _run.Get("/markets", ("limit", "3"), ("offset", "2"));
        Assert.Equal(_run.World.Markets.Open.Skip(2).Take(3).Select(market => market.Plan.Slug), StandInRun.Json(answer).EnumerateArray().Select(market => market.GetProperty("slug").GetString()));
        Assert.Contains(answer.Headers, header => header.Key == "Sunset");
    }

    [Theory]
    [InlineData("/markets/keyset", "offset", "5", 400)]
    [InlineData("/markets/keyset", "after_cursor", "!!", 400)]
    [InlineData("/markets/keyset", "limit", "many", 400)]
    [InlineData("/tea", "limit", "5", 404)]
    public void Wrong_questions_are_refused(string path, string name, string value, int status) =>
        Assert.Equal(status, _run.Get(path, (name, value)).Status);

    [Fact]
    public void The_default_user_agent_of_urllib_is_forbidden() =>
        Assert.Equal(403, _run.StandIn.Ask("gamma", new HttpQuestion("GET", "/markets/keyset", [], "Python-urllib/3.11", default)).Status);

    private static List<JsonElement> Markets(HttpAnswer answer)
    {
        Assert.Equal(200, answer.Status);
        return [.. StandInRun.Json(answer).GetProperty("markets").EnumerateArray()];
    }
}
