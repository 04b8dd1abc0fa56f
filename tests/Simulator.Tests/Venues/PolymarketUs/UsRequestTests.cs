using System.Text.Json;
using Oddswire.Simulator.Venues;
using Xunit;

namespace Oddswire.Simulator.Tests.Venues.PolymarketUs;

// Sections 3 to 5 of the protocol page: what may be asked, and the words of refusals.
public sealed class UsRequestTests
{
    private readonly StandInRun _run = new();

    private string First => _run.StandIn.Us.Markets[0].Slug;

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("ping")]
    [InlineData("""{"action":"subscribe","requestId":"r"}""")]
    [InlineData("""{"subscribe":{"requestId":"r","subscriptionType":"SUBSCRIPTION_TYPE_TRADE","depth":1}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","subscriptionType":"SUBSCRIPTION_TYPE_ORDER"}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","request_id":"r","subscriptionType":"SUBSCRIPTION_TYPE_TRADE"}}""")]
    [InlineData("""{"subscribe":{"subscriptionType":"SUBSCRIPTION_TYPE_TRADE"}}""")]
    [InlineData("""{"subscribe":{"requestId":"r","subscriptionType":"SUBSCRIPTION_TYPE_TRADE","marketSlugs":[1]}}""")]
    [InlineData("""{"unsubscribe":{"requestId":"r","marketSlugs":["a"]}}""")]
    [InlineData("""{"subscribe":{"requestId":"a","subscriptionType":3},"unsubscribe":{"requestId":"r"}}""")]
    public void What_is_not_exactly_a_request_is_an_invalid_message_and_the_socket_stays_open(string text)
    {
        var client = _run.Us("us-markets").Say(text);
        Assert.Equal("""{"error":"invalid_message"}""", Assert.Single(client.Texts));
        Assert.False(client.Connection.Ended);
        Assert.Equal("PONG", client.Say("PING").Texts.Last());
    }

    [Theory]
    [InlineData("""{"subscribe":{"requestId":"md-1","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlugs":["SLUG"],"responsesDebounced":true}}""")]
    [InlineData("""{"subscribe":{"request_id":"md-1","subscription_type":1,"market_slugs":["SLUG"],"responses_debounced":true}}""")]
    public void Both_spellings_are_taken_and_the_answer_is_always_camel_case_with_names(string text)
    {
        var client = _run.Us("us-markets").Say(text.Replace("SLUG", First, StringComparison.Ordinal));
        Assert.Empty(client.Frames); // no acknowledgement
        _run.Run(0.2);
        var told = client.Data[0];
        Assert.Equal(["requestId", "subscriptionType", "marketData"], told.EnumerateObject().Select(static field => field.Name));
        Assert.Equal(("md-1", "SUBSCRIPTION_TYPE_MARKET_DATA"), (told.GetProperty("requestId").GetString(), told.GetProperty("subscriptionType").GetString()));
    }

    [Fact]
    public void Of_a_type_that_the_socket_has_no_number_for_the_subscription_fails()
    {
        var client = _run.Us("us-markets");
        Assert.Equal("""{"requestId":"r","subscriptionType":"SUBSCRIPTION_TYPE_UNSPECIFIED","error":"subscription failed"}""", client.Ask("""{"subscribe":{"request_id":"r","subscription_type":9}}""").GetRawText());
        Assert.Equal("subscription failed", client.Ask("""{"subscribe":{"requestId":"r"}}""").GetProperty("error").GetString());
    }

    [Fact]
    public void A_slug_is_subscribed_once_per_type_and_connection_and_the_whole_request_is_refused()
    {
        var client = _run.Us("us-markets");
        client.Say(Subscribe("a", "MARKET_DATA", First));
        Assert.Equal($"slug already subscribed: {First}", Error(client, Subscribe("b", "MARKET_DATA", "other", First)));
        client.Say(Subscribe("b", "TRADE", First));             // another type
        _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First)); // another connection
        client.Say(Subscribe("c", "MARKET_DATA", "other"));     // nothing of the refused request was kept
        Assert.Single(client.Frames);
    }

    [Fact]
    public void A_request_id_is_used_once_at_a_time()
    {
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First));
        var refused = client.Ask(Subscribe("a", "TRADE", "x"));
        Assert.Equal(["requestId", "subscriptionType", "error"], refused.EnumerateObject().Select(static field => field.Name));
        Assert.Equal(("a", "request id already exists"), (refused.GetProperty("requestId").GetString(), refused.GetProperty("error").GetString()));
    }

    [Theory]
    [InlineData("us-markets", "MARKET_DATA")]
    [InlineData("us-private", "ORDER")]
    public void Ten_requests_fit_on_a_connection_however_few_slugs_they_have_and_refused_ones_take_no_place(string venue, string type)
    {
        var client = _run.Us(venue);
        for (var i = 0; i < 10; i++)
        {
            client.Say(Subscribe($"r{i}", i % 2 == 0 || type == "ORDER" ? type : "TRADE", $"s{i}"));
            Assert.Equal("request id already exists", Error(client, Subscribe($"r{i}", type, "x")));
        }
        Assert.Equal("max subscriptions per connection reached", Error(client, Subscribe("r10", type, "s10")));
        Assert.Equal("""{"requestId":"r3","unsubscribed":true}""", client.Ask("""{"unsubscribe":{"requestId":"r3"}}""").GetRawText());
        client.Frames.Clear();
        Assert.Empty(client.Say(Subscribe("r3", type, "s3")).Frames);
    }

    [Fact]
    public void An_unsubscribe_stops_the_data_at_once_and_frees_id_and_slugs()
    {
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First));
        _run.Run(2);
        client.Say("""{"unsubscribe":{"request_id":"a"}}""").Frames.Clear();
        _run.Run(5);
        Assert.Empty(client.Frames);
        client.Say(Subscribe("a", "MARKET_DATA", First));
        _run.Run(0.2);
        Assert.NotEmpty(client.Data);
        Assert.Equal("""{"requestId":"nobody","unsubscribed":true}""", client.Say("""{"unsubscribe":{"requestId":"nobody"}}""").Texts.Last());
    }

    [Fact]
    public void Slugs_that_nobody_knows_are_taken_without_a_word_also_4000_of_them()
    {
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", [.. Enumerable.Range(0, 4_000).Select(static i => $"no-such-market-{i}"), First]));
        _run.Run(0.5);
        Assert.NotEmpty(client.Data);
        Assert.All(client.Data, told => Assert.Equal(First, told.GetProperty("marketData").GetProperty("marketSlug").GetString()));
    }

    [Fact]
    public void The_rule_of_100_slugs_drops_the_rest_silently_when_it_is_on()
    {
        var run = new StandInRun(new SimulatorSettings { Us = new() { SlugsPerRequest = 100 } });
        var client = run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", [.. Enumerable.Range(0, 100).Select(static i => $"no-such-market-{i}"), First]));
        run.Run(3);
        Assert.Empty(client.Frames);
    }

    [Fact]
    public void Heartbeats_come_by_themselves_and_the_client_s_own_are_let_pass()
    {
        var client = _run.Us("us-markets");
        Assert.Empty(client.Say("""{"heartbeat":{}}""").Frames);
        _run.Run(95);
        Assert.Equal(Enumerable.Repeat("""{"heartbeat":{}}""", 3), client.Texts);
        var quick = new StandInRun(new SimulatorSettings { Us = new() { Heartbeat = TimeSpan.FromSeconds(5) } });
        var other = quick.Us("us-private");
        quick.Run(12);
        Assert.Equal(2, other.Frames.Count);
    }

    [Fact]
    public void Sim_lists_what_is_subscribed_as_the_venue_sees_it()
    {
        _run.Us("us-markets").Say(Subscribe("a", "TRADE", First, "x"));
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true })) _run.StandIn.Venues.Single(static venue => venue.Name == "us-markets").WriteSubscriptions(json);
        Assert.Equal($$"""{"connection":1,"request_id":"a","subscription_type":"SUBSCRIPTION_TYPE_TRADE","market_slugs":["{{First}}","x"],"responses_debounced":false}""", System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }

    internal static string Subscribe(string id, string type, params string[] slugs) => JsonSerializer.Serialize(
        new { subscribe = new { requestId = id, subscriptionType = $"SUBSCRIPTION_TYPE_{type}", marketSlugs = slugs } });

    private static string? Error(Client client, string text)
    {
        client.Say(text);
        return JsonElement.Parse(client.Last.Payload()).GetProperty("error").GetString();
    }
}
