using System.Text;
using System.Text.Json;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class UsMarketsSessionTests
{
    private const string Subscribe = """{"subscribe":{"requestId":"md-1","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlugs":["a","b"]}}""";

    private readonly Gateway _gateway = new(rules: new SessionRules { OutboxBytes = 1_000, Us = new UsRules { Requests = 3, Slugs = 6 } });

    private FakeClient Connect(bool extended = false, bool snake = false) =>
        _gateway.Connect(extended, Made.Key() with { Kind = KeyKind.Ed25519, Signing = new SigningKey("desk", "", Legacy: false, snake) }, protocol: SessionProtocol.UsMarkets);

    private FakeClient Open(string? first = null, bool snake = false)
    {
        var client = Connect(snake: snake);
        client.Send(first ?? Subscribe);
        return client;
    }

    private static string Request(string id, string type = "MARKET_DATA", string slugs = "\"a\"", string more = "") =>
        $$"""{"subscribe":{"requestId":"{{id}}","subscriptionType":"SUBSCRIPTION_TYPE_{{type}}","marketSlugs":[{{slugs}}]{{more}} } }""";

    private static UsPayload Payload(string slug, int n) => UsRespelling.Share(Encoding.UTF8.GetBytes($$"""{"marketSlug":"{{slug}}","transactTime":"{{n}}"}"""));

    private void Tell(FakeClient client, string slug, int n, UsSubscriptionType type = UsSubscriptionType.MarketData, bool held = false)
    {
        client.Session.Tell(held ? new UsMarketNews.Held(type, slug, Payload(slug, n)) : new UsMarketNews.Told(type, slug, Payload(slug, n)));
        _gateway.Kit.Settle();
    }

    /// <summary>Of books: whose request, which market, which one.</summary>
    private static IEnumerable<string> Books(FakeClient client) => client.Drain().Select(static frame =>
    {
        var json = JsonElement.Parse(frame);
        var book = json.GetProperty("marketData");
        return $"{json.GetProperty("requestId")} {book.GetProperty("marketSlug")} {book.GetProperty("transactTime")}";
    });

    private static string Error(string id, string error, string type = "MARKET_DATA") =>
        $$"""{"requestId":"{{id}}","subscriptionType":"SUBSCRIPTION_TYPE_{{type}}","error":"{{error}}"}""";

    [Fact]
    public void There_is_no_answer_to_a_subscribe_and_the_hub_is_told_of_it()
    {
        var client = Open();
        client.ExpectNothing();
        var follow = _gateway.UsMarkets.Expect<UsMarketsMessage.Follow>();
        Assert.Equal((UsSubscriptionType.MarketData, "a b"), (follow.Type, string.Join(' ', follow.Slugs)));
        Tell(client, "a", 1);
        Assert.Equal(["""{"requestId":"md-1","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketData":{"marketSlug":"a","transactTime":"1"}}"""], client.Drain());
    }

    [Fact]
    public void Snake_case_with_numbers_is_understood_and_answered_in_the_spelling_of_the_key()
    {
        const string Snake = """{"subscribe":{"request_id":"md-1","subscription_type":1,"market_slugs":["a"],"responses_debounced":false}}""";
        var camel = Open(Snake);
        Tell(camel, "a", 1);
        Assert.Equal(["md-1 a 1"], Books(camel));
        var client = Open(Snake, snake: true);
        Tell(client, "a", 1);
        client.Send(Request("md-1"));
        client.Send("""{"unsubscribe":{"requestId":"md-1"}}""");
        Assert.Equal(
            [
                """{"request_id":"md-1","subscription_type":1,"market_data":{"market_slug":"a","transact_time":"1"}}""",
                """{"request_id":"md-1","subscription_type":1,"error":"request id already exists"}""",
                """{"request_id":"md-1","unsubscribed":true}""",
            ], client.Drain());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"subscribe":{"requestId":"x","subscriptionType":"SUBSCRIPTION_TYPE_TRADE","odd":1}}""")]
    [InlineData("""{"unsubscribe":{"requestId":"md-1","marketSlugs":["a"]}}""")]
    [InlineData("""{"requestId":"x","subscriptionType":"SUBSCRIPTION_TYPE_TRADE"}""")]
    [InlineData("""{"subscribe":{"requestId":"x","request_id":"x","subscriptionType":"SUBSCRIPTION_TYPE_TRADE"}}""")]
    [InlineData("""{"subscribe":{"subscriptionType":"SUBSCRIPTION_TYPE_TRADE"}}""")]
    [InlineData("""{"subscribe":{"requestId":"x","subscriptionType":"SUBSCRIPTION_TYPE_ORDER"}}""")]
    public void What_cannot_be_read_is_an_invalid_message_and_changes_nothing(string text)
    {
        var client = Open();
        client.Send(text);
        Assert.Equal(["""{"error":"invalid_message"}"""], client.Drain());
        Tell(client, "a", 1);
        Assert.Equal(["md-1 a 1"], Books(client));
        Assert.True(client.IsOpen);
    }

    [Fact]
    public void Ids_and_slugs_are_given_once_and_what_is_refused_takes_no_place()
    {
        var client = Open();
        client.Send(Request("md-1", slugs: "\"c\""));
        client.Send(Request("md-2", slugs: "\"c\",\"b\""));
        client.Send(Request("md-3", slugs: "\"d\",\"d\""));
        client.Send("""{"subscribe":{"requestId":"x"}}""");
        Assert.Equal(
            [
                Error("md-1", "request id already exists"), Error("md-2", "slug already subscribed: b"), Error("md-3", "slug already subscribed: d"),
                Error("x", "subscription failed", "UNSPECIFIED"),
            ], client.Drain());
        client.Send(Request("tr-1", "TRADE", "\"a\""));     // another type
        client.Send(Request("md-2", slugs: "\"c\""));
        client.ExpectNothing();
        client.Send(Request("md-4", slugs: "\"z\""));
        Assert.Equal([Error("md-4", "max subscriptions per connection reached")], client.Drain());
    }

    [Fact]
    public void The_slugs_of_all_requests_together_are_bounded()
    {
        var client = Open();
        client.Send(Request("md-2", slugs: "\"c\",\"d\",\"e\",\"f\",\"g\""));
        Assert.Equal([Error("md-2", "max subscriptions per connection reached")], client.Drain());
    }

    [Fact]
    public void What_is_unsubscribed_is_silent_and_its_id_and_slugs_are_free()
    {
        var client = Open();
        _gateway.UsMarkets.Drain();
        client.Send("""{"unsubscribe":{"requestId":"md-1"}}""");
        Assert.Equal(["""{"requestId":"md-1","unsubscribed":true}"""], client.Drain());
        var unfollow = _gateway.UsMarkets.Expect<UsMarketsMessage.Unfollow>();
        Assert.Equal("a b", string.Join(' ', unfollow.Slugs));
        Tell(client, "a", 1);
        client.ExpectNothing();
        client.Send(Subscribe);
        Tell(client, "b", 2, held: true);
        Assert.Equal(["md-1 b 2"], Books(client));
        client.Send("""{"unsubscribe":{"request_id":"nobody"}}""");
        Assert.Equal(["""{"requestId":"nobody","unsubscribed":true}"""], client.Drain());
    }

    [Fact]
    public void What_is_held_is_for_who_has_heard_nothing_yet()
    {
        var client = Open(Request("all", slugs: ""));
        Tell(client, "a", 1, held: true);
        client.Send(Request("one", slugs: "\"a\""));
        Tell(client, "a", 1, held: true);
        Assert.Equal(["all a 1", "one a 1"], Books(client));
        Tell(client, "a", 2);
        Assert.Equal(["all a 2", "one a 2"], Books(client).Order(StringComparer.Ordinal));
        client.Send("""{"unsubscribe":{"requestId":"all"}}""");
        Assert.Empty(_gateway.UsMarkets.Drain().OfType<UsMarketsMessage.Unfollow>().Single().Slugs);
        client.Drain();
        Tell(client, "a", 3);
        Tell(client, "b", 3);
        Assert.Equal(["one a 3"], Books(client));
    }

    [Fact]
    public void Two_that_want_every_market_are_one_to_the_hub_until_the_last_has_left()
    {
        var client = Open(Request("x", slugs: ""));
        client.Send(Request("y", slugs: ""));
        client.Send("""{"unsubscribe":{"requestId":"x"}}""");
        Assert.Empty(_gateway.UsMarkets.Drain().OfType<UsMarketsMessage.Unfollow>());
        client.Send("""{"unsubscribe":{"requestId":"y"}}""");
        Assert.Single(_gateway.UsMarkets.Drain().OfType<UsMarketsMessage.Unfollow>());
    }

    [Fact]
    public void Debounced_books_come_once_a_second_the_newest_of_each_market()
    {
        var client = Open(Request("md-1", slugs: "\"a\",\"b\"", more: ",\"responsesDebounced\":true"));
        Tell(client, "a", 1);
        for (var n = 2; n <= 5; n++)
        {
            _gateway.Kit.Advance(TimeSpan.FromMilliseconds(100));
            Tell(client, "a", n);
        }
        Tell(client, "b", 9);
        Assert.Equal(["md-1 a 1", "md-1 b 9"], Books(client));
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(590));
        client.ExpectNothing();
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(["md-1 a 5"], Books(client));
        _gateway.Kit.Advance(TimeSpan.FromSeconds(3));
        client.ExpectNothing();
        Tell(client, "a", 6);       // nothing waits: at once
        Tell(client, "b", 10);
        Assert.Equal(["md-1 a 6", "md-1 b 10"], Books(client));
        Tell(client, "a", 7);
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(500));
        Tell(client, "b", 11);
        client.Send("""{"unsubscribe":{"requestId":"md-1"}}""");
        client.Drain();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(3));
        client.ExpectNothing();
    }

    [Fact]
    public void A_debounced_market_does_not_wait_for_another_one_s_turn()
    {
        var client = Open(Request("md-1", slugs: "\"a\",\"b\"", more: ",\"responsesDebounced\":true"));
        Tell(client, "a", 1);
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(900));
        Tell(client, "b", 1);
        Tell(client, "b", 2);       // due at 1.9
        Tell(client, "a", 2);       // due at 1.0
        client.Drain();
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(110));
        Assert.Equal(["md-1 a 2"], Books(client));
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Equal(["md-1 b 2"], Books(client));
    }

    [Fact]
    public void A_slow_client_is_spared_books_but_no_trade_and_gets_the_newest_when_it_has_read()
    {
        var client = Open();
        client.Send(Request("tr", "TRADE"));
        client.Unread = 300;
        Tell(client, "a", 1);
        client.Drain();
        for (var n = 2; n <= 9; n++)
        {
            Tell(client, "a", n);
            Tell(client, "a", n, UsSubscriptionType.Trade);
        }
        Assert.Equal(8, client.Drain().Count(static frame => frame.Contains("\"trade\"", StringComparison.Ordinal)));
        client.Unread = 0;
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(60));
        Assert.Equal(["md-1 a 9"], Books(client));
        client.Unread = 1_100;
        Tell(client, "a", 10);
        Assert.Equal((1013, false), (client.ClosedWith, client.IsOpen));
    }

    [Fact]
    public void A_client_that_does_not_catch_up_is_closed()
    {
        var client = Open();
        client.Unread = 300;
        Tell(client, "a", 1);
        _gateway.Kit.Advance(TimeSpan.FromSeconds(29));
        client.Session.Tell(new SessionMessage.Alive());
        Assert.True(client.IsOpen);
        _gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1013, client.ClosedWith);
    }

    [Fact]
    public void There_are_heartbeats_and_a_PING_has_a_PONG()
    {
        var client = Connect();
        client.Send("PING");
        client.Send("""{"heartbeat":{}}""");
        Assert.Equal(["PONG"], client.Drain());
        _gateway.Kit.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(["""{"heartbeat":{}}""", """{"heartbeat":{}}"""], client.Drain());
    }

    [Fact]
    public void Gaps_are_told_to_who_asked_for_more()
    {
        var (native, client) = (Open(), Connect(extended: true));
        client.Send(Subscribe);
        foreach (var each in new[] { native, client })
            each.Session.Tell(new UsMarketNews.Gap(UsSubscriptionType.MarketData, "a", 5, null, "lost"));
        Assert.Equal(
            ["""{"type":"gateway.gap","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlug":"a","from":"5","to":null,"reason":"lost","state":"open"}"""], client.Drain());
        native.ExpectNothing();
    }

    [Fact]
    public void A_planned_stop_is_1001()
    {
        var client = Open();
        client.Session.Tell(new SessionMessage.Leave(CloseReason.PlannedStop));
        _gateway.Kit.Settle();
        Assert.Equal(1001, client.ClosedWith);
    }

    [Fact]
    public void Commands_and_refusals_are_on_record_and_so_is_the_end()
    {
        var client = Open();
        client.Send(Request("md-1"));
        client.Send("{");
        client.Send("""{"unsubscribe":{"requestId":"md-1"}}""");
        client.Session.Tell(new SessionMessage.Leave(CloseReason.Revoked));
        _gateway.Kit.Settle();
        var acts = _gateway.Ledger.Drain().OfType<LedgerMessage.ClientFact>().Select(static fact => fact.Act).ToList();
        Assert.Equal([Deed.Opened, Deed.Refused, Deed.Refused, Deed.Changed, Deed.Closed], acts.Select(static act => act.Deed));
        Assert.Equal(["subscribe", "subscribe", "", "unsubscribe", ""], acts.Select(static act => act.Action));
        Assert.All(acts, static act => Assert.Equal(("desk", "us-markets"), (act.Key, act.Protocol)));
        Assert.Equal((1008, "the key was revoked"), (acts[^1].Code, acts[^1].Reason));
    }

    /// <summary>What real SDKs break on (protocol page, section 9.1).</summary>
    [Fact]
    public void Whatever_is_sent_nothing_that_ends_an_SDK_comes_back()
    {
        string[] words = ["{", "}", "[", "]", ":", ",", "null", "true", "-1", "1e999", "\"subscribe\"", "\"unsubscribe\"", "\"heartbeat\"", "\"requestId\"", "\"request_id\"", "\"subscriptionType\"",
            "\"SUBSCRIPTION_TYPE_TRADE\"", "2", "\"marketSlugs\"", "[\"a\"]", "\"\\ud800\"", "\u0000", "PING", Subscribe];
        var random = new Random(7);
        var client = Connect();
        for (var i = 0; i < 3_000; i++)
        {
            client.Send(string.Concat(Enumerable.Range(0, random.Next(1, 16)).Select(_ => words[random.Next(words.Length)])));
            foreach (var frame in client.Drain().Where(static frame => frame != "PONG"))
            {
                var json = JsonElement.Parse(frame);
                Assert.Equal(JsonValueKind.Object, json.ValueKind);
                if (json.TryGetProperty("error", out var error))
                    Assert.NotEmpty(error.GetString()!);
            }
        }
        Assert.True(client.IsOpen);
    }
}
