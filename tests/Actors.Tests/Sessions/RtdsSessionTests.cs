using System.Text.Json;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class RtdsSessionTests
{
    private const string Both = """{"action":"subscribe","subscriptions":[{"topic":"activity","type":"orders_matched"},{"topic":"activity","type":"trades"}]}""";

    private readonly Gateway _gateway = new(rules: new SessionRules { PingEvery = TimeSpan.FromSeconds(30), OutboxBytes = 1_000 });

    private static string Subscribe(string type, string filters = "") =>
        JsonSerializer.Serialize(new { action = "subscribe", subscriptions = new[] { new { topic = "activity", type, filters } } });

    private static Fill Taker(int tx) => Made.Log(tx, 1, user: 1) with { Taker = Made.Exchange, Market = Made.Market with { EventSlug = "event-1", Outcome = 0 } };

    private static Fill Maker(int tx) => Made.Log(tx, 2, user: 2) with { Taker = Made.Wallet(1), Market = Made.Market with { EventSlug = "event-1", Outcome = 0 } };

    private FakeClient Connect() => _gateway.Connect(protocol: SessionProtocol.Rtds);

    private static IEnumerable<(string Type, string Wallet)> Rows(FakeClient client) => client.Drain().Where(static frame => frame.Length > 0).Select(static frame =>
    {
        var row = JsonElement.Parse(frame);
        Assert.Equal("activity", row.GetProperty("topic").GetString());
        return (row.GetProperty("type").GetString()!, row.GetProperty("payload").GetProperty("proxyWallet").GetString()!.ToLowerInvariant());
    });

    [Fact]
    public void Trades_has_every_order_and_orders_matched_the_taker_s()
    {
        var client = Connect();
        client.Send(Both);
        Assert.Equal([""], client.Drain());
        _gateway.Fill(Taker(1), Maker(1));
        var (taker, maker) = (Made.Wallet(1).ToString(), Made.Wallet(2).ToString());
        Assert.Equal([("orders_matched", taker), ("trades", taker), ("trades", maker)], Rows(client));
    }

    [Fact]
    public void Nothing_comes_before_it_is_asked_for_and_nothing_after_it_was_unsubscribed()
    {
        var client = Connect();
        _gateway.Fill(Taker(1));
        client.ExpectNothing();
        client.Send(Subscribe("*"));
        _gateway.Fill(Taker(2));
        Assert.Equal(["orders_matched", "trades"], Rows(client).Select(static row => row.Type));
        client.Send(Subscribe("*").Replace("subscribe\"", "unsubscribe\""));
        Assert.Equal([""], client.Drain());
        _gateway.Fill(Taker(3));
        client.ExpectNothing();
    }

    [Theory]
    [InlineData("""{"event_slug":"event-1"}""", 1)]
    [InlineData("""{"market_slug":"market-1"}""", 1)]
    [InlineData("""{"event_slug":"event-2"}""", 0)]
    [InlineData("""{"event_slug": "event-1"}""", 0)]
    public void A_filter_is_taken_in_its_compact_form(string filters, int rows)
    {
        var client = Connect();
        client.Send(Subscribe("trades", filters));
        client.Drain();
        _gateway.Fill(Taker(1));
        Assert.Equal(rows, Rows(client).Count());
    }

    [Fact]
    public void There_is_one_filter_per_topic_and_type_and_the_last_one_wins()
    {
        var client = Connect();
        client.Send(Subscribe("trades"));
        client.Send(Subscribe("trades", """{"event_slug":"event-2"}"""));
        client.Drain();
        _gateway.Fill(Taker(1));
        client.ExpectNothing();
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("ping")]
    public void A_heartbeat_is_answered_with_an_empty_text(string ping)
    {
        var client = Connect();
        client.Send(ping);
        Assert.Equal([""], client.Drain());
    }

    [Fact]
    public void An_invalid_request_is_told_so_and_one_without_an_action_is_not()
    {
        var client = Connect();
        client.Send("nonsense");
        Assert.StartsWith("""{"message":"Invalid request body","connectionId":""", Assert.Single(client.Drain()));
        client.Send("""{"subscriptions":[{"topic":"activity","type":"trades"}]}""");
        client.ExpectNothing();
        client.Send("""{"action":"subscribe","subscriptions":[{"topic":"comments","type":"*"}]}""");
        Assert.StartsWith("""{"message":"topic 'comments' is not served by this gateway""", Assert.Single(client.Drain()));
        Assert.True(client.IsOpen);
    }

    [Fact]
    public void A_client_that_sends_no_pong_stays()
    {
        var client = Connect();
        client.Send(Both);
        _gateway.Kit.Advance(TimeSpan.FromMinutes(10));
        Assert.True(client.IsOpen);
        Assert.InRange(client.Pings, 15, 25);
    }

    [Fact]
    public void A_slow_client_is_closed_with_1013_and_the_others_get_everything()
    {
        var (slow, steady) = (Connect(), Connect());
        slow.Send(Both);
        steady.Send(Both);
        steady.Drain();
        slow.Unread = 1_001;
        _gateway.Fill(Taker(1));
        Assert.Equal((1013, "slow consumer: send buffer full"), (slow.ClosedWith, slow.CloseReason));
        _gateway.Fill(Taker(2));
        Assert.Equal(4, Rows(steady).Count());
    }

    [Theory]
    [InlineData(CloseReason.PlannedStop, 1012)]
    [InlineData(CloseReason.Revoked, 1008)]
    [InlineData(CloseReason.RateExceeded, 1008)]
    [InlineData(CloseReason.TooLarge, 1009)]
    [InlineData(CloseReason.Binary, 1003)]
    [InlineData(CloseReason.Internal, 1011)]
    public void Each_end_has_its_code(CloseReason reason, int code)
    {
        var client = Connect();
        client.Session.Tell(new SessionMessage.Leave(reason));
        _gateway.Kit.Settle();
        Assert.Equal(code, client.ClosedWith);
    }

    [Fact]
    public void What_is_late_is_not_told_as_if_it_were_new()
    {
        var client = Connect();
        client.Send(Subscribe("trades"));
        client.Drain();
        _gateway.Kit.Advance(TimeSpan.FromMinutes(2));
        _gateway.Fill(Taker(1));
        client.ExpectNothing();
        _gateway.Fill(Taker(2) with { Timestamp = Made.Start + 120 });
        Assert.Single(Rows(client));
    }

    [Fact]
    public void Its_coming_and_going_are_on_record_once()
    {
        var client = Connect();
        client.Send(Both);
        client.Send(Subscribe("trades"));
        client.Session.Tell(new SessionMessage.Gone());
        var acts = _gateway.Ledger.Drain().OfType<LedgerMessage.ClientFact>().Select(static fact => fact.Act).ToList();
        Assert.Equal([Deed.Opened, Deed.Closed], acts.Select(static act => act.Deed));
        Assert.All(acts, static act => Assert.Equal("rtds", act.Protocol));
        Assert.Equal("activity/orders_matched  activity/trades ", acts[0].Detail);
    }
}
