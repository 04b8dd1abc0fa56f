using System.Text.Json;
using Xunit;
using static Oddswire.Simulator.Tests.Venues.PolymarketUs.UsRequestTests;

namespace Oddswire.Simulator.Tests.Venues.PolymarketUs;

// Section 8 of the protocol page.
public sealed class UsPrivateTests
{
    private readonly StandInRun _run = new();

    [Fact]
    public void A_snapshot_of_orders_comes_in_chunks_once_and_frees_its_place()
    {
        var client = _run.Us("us-private").Say(Subscribe("os", "ORDER_SNAPSHOT"));
        _run.Run(0.09);
        var open = _run.StandIn.Us.Account.Open.Select(static order => order.Id).ToList();
        _run.Run(0.02);
        var chunks = client.Data.Select(static told => told.GetProperty("orderSubscriptionSnapshot")).ToList();
        Assert.True(chunks.Count >= 3);
        Assert.Equal([.. Enumerable.Repeat(false, chunks.Count - 1), true], chunks.Select(static chunk => chunk.GetProperty("eof").GetBoolean()));
        Assert.Equal(open, chunks.SelectMany(static chunk => chunk.GetProperty("orders").EnumerateArray()).Select(static order => order.GetProperty("id").GetString()));
        Assert.Equal("SUBSCRIPTION_TYPE_ORDER_SNAPSHOT", client.Data[0].GetProperty("subscriptionType").GetString());
        client.Frames.Clear();
        _run.Run(10);
        Assert.Empty(client.Frames);
        client.Say(Subscribe("os", "ORDER_SNAPSHOT"));
        _run.Run(0.2);
        Assert.NotEmpty(client.Data);
    }

    [Fact]
    public void A_snapshot_of_a_market_without_orders_is_one_empty_frame_with_eof()
    {
        var client = _run.Us("us-private").Say(Subscribe("os", "ORDER_SNAPSHOT", "nowhere"));
        _run.Run(0.2);
        Assert.Equal("""{"orders":[],"eof":true}""", Assert.Single(client.Data).GetProperty("orderSubscriptionSnapshot").GetRawText());
    }

    [Fact]
    public void Orders_are_silent_until_something_happens_and_add_up()
    {
        _run.World.Pause();
        var client = _run.Us("us-private").Say(Subscribe("o", "ORDER"));
        _run.Run(20);
        Assert.Empty(client.Frames);
        _run.World.Resume();
        _run.Run(120);
        var executions = client.Data.Select(static told => told.GetProperty("orderSubscriptionUpdate").GetProperty("execution")).ToList();
        foreach (var execution in executions)
        {
            var order = execution.GetProperty("order");
            Assert.Equal(JsonValueKind.Number, order.GetProperty("quantity").ValueKind);
            Assert.Equal(JsonValueKind.String, execution.GetProperty("lastShares").ValueKind);
            var state = order.GetProperty("state").GetString();
            var leaves = order.GetProperty("leavesQuantity").GetDecimal();
            if (state is "ORDER_STATE_FILLED" or "ORDER_STATE_CANCELED") Assert.Equal(0, leaves);
            else Assert.Equal(order.GetProperty("quantity").GetDecimal(), order.GetProperty("cumQuantity").GetDecimal() + leaves);
        }
        Assert.Equal(
            ["EXECUTION_TYPE_CANCELED", "EXECUTION_TYPE_FILL", "EXECUTION_TYPE_NEW", "EXECUTION_TYPE_PARTIAL_FILL"],
            executions.Select(static execution => execution.GetProperty("type").GetString()).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Positions_have_no_snapshot_and_follow_from_each_other()
    {
        var client = _run.Us("us-private").Say(Subscribe("p", "POSITION"));
        _run.Run(0.5);
        Assert.Empty(client.Data);
        _run.Run(120);
        var entries = client.Data.Select(static told => told.GetProperty("positionSubscription")).ToList();
        Assert.NotEmpty(entries);
        var held = new Dictionary<string, string>();
        foreach (var entry in entries)
        {
            var after = entry.GetProperty("afterPosition");
            var slug = after.GetProperty("marketMetadata").GetProperty("slug").GetString()!;
            if (held.TryGetValue(slug, out var before)) Assert.Equal(before, entry.GetProperty("beforePosition").GetRawText());
            else Assert.Equal(JsonValueKind.Null, entry.GetProperty("beforePosition").ValueKind);
            held[slug] = after.GetRawText();
            Assert.True(decimal.Parse(after.GetProperty("netPositionDecimal").GetString()!, System.Globalization.CultureInfo.InvariantCulture) >= 0);
        }
    }

    [Fact]
    public void A_balance_is_told_at_once_and_its_changes_follow_from_each_other()
    {
        var client = _run.Us("us-private").Say(Subscribe("b", "ACCOUNT_BALANCE", "ignored"));
        _run.Run(0.11);
        var balance = Assert.Single(client.Data).GetProperty("accountBalancesSnapshot").GetProperty("balances")[0];
        Assert.Equal((10_000m, "USD"), (balance.GetProperty("currentBalance").GetDecimal(), balance.GetProperty("currency").GetString()));
        _run.Run(120);
        var cash = 10_000m;
        foreach (var change in client.Data.Skip(1).Select(static told => told.GetProperty("accountBalancesUpdate").GetProperty("balanceChange")))
        {
            Assert.Equal(cash, change.GetProperty("beforeBalance").GetProperty("currentBalance").GetDecimal());
            cash = change.GetProperty("afterBalance").GetProperty("currentBalance").GetDecimal();
        }
        Assert.NotEqual(10_000m, cash);
        Assert.Equal(_run.StandIn.Us.Account.Funds.Cash, cash);
    }

    [Fact]
    public void Slugs_narrow_orders_and_none_are_all_of_them()
    {
        var slug = _run.StandIn.Us.Markets[0].Slug;
        var (one, all) = (_run.Us("us-private").Say(Subscribe("o", "ORDER", slug)), _run.Us("us-private").Say("""{"subscribe":{"request_id":"o","subscription_type":1}}"""));
        _run.Run(180);
        Assert.InRange(one.Data.Count, 1, all.Data.Count - 1);
        Assert.All(one.Data, told => Assert.Equal(slug, told.GetProperty("orderSubscriptionUpdate").GetProperty("execution").GetProperty("order").GetProperty("marketSlug").GetString()));
        Assert.Equal(6, all.Data.Select(static told => told.GetProperty("orderSubscriptionUpdate").GetProperty("execution").GetProperty("order").GetProperty("marketSlug").GetString()).Distinct().Count());
    }

    [Fact]
    public void An_rfq_subscription_is_taken_and_silent()
    {
        var client = _run.Us("us-private").Say(Subscribe("r", "RFQ"));
        _run.Run(10);
        Assert.Empty(client.Frames);
    }

    [Fact]
    public void With_older_keys_positions_and_balances_are_told_as_published_sdks_know_them()
    {
        var run = new StandInRun(new SimulatorSettings { Us = new() { LegacyPayloads = true } });
        var client = run.Us("us-private").Say(Subscribe("p", "POSITION")).Say(Subscribe("b", "ACCOUNT_BALANCE"));
        run.Run(60);
        Assert.Contains(client.Data, static told => told.TryGetProperty("accountBalancesSnapshot", out _));
        Assert.Contains(client.Data, static told => told.TryGetProperty("positionSubscriptionUpdate", out var update) && update.GetProperty("position").GetProperty("netPosition").ValueKind == JsonValueKind.String);
        Assert.Contains(client.Data, static told => told.TryGetProperty("accountBalanceSubscriptionUpdate", out var update) && update.GetProperty("balance").ValueKind == JsonValueKind.Number);
        Assert.DoesNotContain(client.Data, static told => told.TryGetProperty("positionSubscription", out _) || told.TryGetProperty("accountBalancesUpdate", out _));
    }
}
