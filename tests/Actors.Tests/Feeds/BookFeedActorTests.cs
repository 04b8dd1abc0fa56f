using Oddswire.Actors.Ports;
using Oddswire.Actors.Tests.Markets;
using Oddswire.Messages.Feeds;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>How interest is spread over connections to the order book venue, and what becomes of them.</summary>
public sealed class BookFeedActorTests
{
    private static readonly WorldSettings World = new() { Window = TimeSpan.FromHours(1), BookRate = 4 };

    [Fact]
    public void So_many_tokens_go_onto_one_connection_and_each_is_followed_once()
    {
        var gateway = new BookGateway(world: World, feed: static feed => feed with { TokensPerConnection = 10 });
        var tokens = gateway.Street.Open.SelectMany(static market => market.Tokens).ToList();
        var client = gateway.Connect().Follow(tokens);
        gateway.Run(3);
        Assert.Equal([10, 10, 4], Followed(gateway).Select(static connection => connection.Count).OrderDescending());
        Assert.Equal(tokens.Select(static token => token.Id).Order(StringComparer.Ordinal), Followed(gateway).SelectMany(static connection => connection).Order(StringComparer.Ordinal));
        gateway.Run(10);
        Assert.All(tokens, token => Assert.Equal(BookStreet.BookOf(token), client.BookOf(token)));
    }

    [Fact]
    public void A_connection_that_the_venue_closes_as_too_slow_is_split_and_not_dialled_in_a_loop()
    {
        var gateway = new BookGateway(world: World);
        var tokens = gateway.Street.Open.SelectMany(static market => market.Tokens).ToList();
        var client = gateway.Connect().Follow(tokens);
        gateway.Run(15);
        gateway.Facts();
        gateway.Street.Strike(FaultKind.Close, with: static fault => fault with { Code = 1013, Reason = "slow consumer: send buffer full" });
        gateway.Run(30);
        Assert.Equal(2, gateway.Street.Venue.Connections.Count);
        Assert.Equal(3, gateway.Street.Dials);
        Assert.All(gateway.Street.Open, market => Assert.Single(Followed(gateway), connection => connection.Contains(market.Tokens[0].Id) && connection.Contains(market.Tokens[1].Id)));
        Assert.Contains(gateway.Facts(), static fact => fact.Kind == "redriven" && fact.Detail.Contains("is split", StringComparison.Ordinal));
        Assert.All(tokens, token => Assert.Equal(BookStreet.BookOf(token), client.BookOf(token)));
    }

    [Fact]
    public void A_connection_that_carries_too_much_is_split_before_the_venue_cuts_it_off_and_nobody_misses_a_change()
    {
        var gateway = new BookGateway(world: World with { BookRate = 30 }, feed: static feed => feed with { FramesPerSecond = 200 });
        var tokens = gateway.Street.Open.SelectMany(static market => market.Tokens).ToList();
        var client = gateway.Connect(extended: true).Follow(tokens);
        gateway.Run(60);
        Assert.True(gateway.Street.Venue.Connections.Count > 1);
        Assert.DoesNotContain("gateway.stale", client.Kinds);
        Assert.Equal(tokens.Count, Followed(gateway).Sum(static connection => connection.Count));
        Assert.All(tokens, token => Assert.Equal(BookStreet.BookOf(token), client.BookOf(token)));
    }

    [Fact]
    public void Connections_that_have_become_sparse_are_one_again_and_nobody_misses_a_change()
    {
        var gateway = new BookGateway(world: World with { BookRate = 12 }, feed: static feed => feed with { FramesPerSecond = 60 });
        var markets = gateway.Street.Open.ToLookup(static market => market.Plan is { Busy: false, EndsAt: null }, static market => market.Tokens);
        var (busy, quiet) = (markets[false].SelectMany(static tokens => tokens).ToList(), markets[true].SelectMany(static tokens => tokens).ToList());
        var hot = gateway.Connect().Follow(busy);
        var cold = gateway.Connect(extended: true).Follow(quiet);
        gateway.Run(60);
        Assert.True(gateway.Street.Venue.Connections.Count > 1);
        hot.Unsubscribe(busy.Select(static token => token.Id));
        gateway.Run(60);
        var apart = gateway.Street.Venue.Connections.Count;
        Assert.True(apart > 1);     // not at once
        var dials = gateway.Street.Dials;
        for (var minute = 0; minute < 15 && gateway.Street.Venue.Connections.Count > 1; minute++)
        {
            gateway.Run(60);
            Assert.All(quiet, token => Assert.Contains(Followed(gateway), connection => connection.Contains(token.Id)));
        }
        gateway.Run(60);
        Assert.Equal(quiet.Select(static token => token.Id).Order(StringComparer.Ordinal), Assert.Single(Followed(gateway)).Order(StringComparer.Ordinal));
        Assert.Equal(dials, gateway.Street.Dials);
        Assert.Equal(apart - 1, gateway.Facts().Count(static fact => fact.Kind == "redriven" && fact.Detail.Contains("carries little", StringComparison.Ordinal)));
        Assert.DoesNotContain("gateway.stale", cold.Kinds);
        Assert.All(quiet, token => Assert.Equal(BookStreet.BookOf(token), cold.BookOf(token)));
    }

    [Fact]
    public async Task What_the_venue_refuses_is_left_alone_until_somebody_says_retry()
    {
        var gateway = new BookGateway(world: World);
        gateway.Street.Strike(FaultKind.AcceptThenClose, 60, static fault => fault with { Code = 1008, Reason = "invalid subscription payload" });
        var client = gateway.Connect().Follow(gateway.Street.Open[0].Tokens[0]);
        gateway.Run(40);
        Assert.Equal(1, gateway.Street.Dials);
        Assert.Equal(FeedState.Refused, (await gateway.Status()).State);
        gateway.Run(30);
        gateway.Feed.Tell(new FeedMessage.Retry());
        gateway.Run(20);
        Assert.Equal(FeedState.Live, (await gateway.Status()).State);
        Assert.NotEmpty(client.Read().Whole);
    }

    [Fact]
    public void HTTP_429_at_the_handshake_is_waited_out_for_as_long_as_its_Retry_After_says()
    {
        var gateway = new BookGateway(world: World);
        gateway.Street.Strike(FaultKind.Status, 17, static fault => fault with { Status = 429, RetryAfter = 20 });
        var client = gateway.Connect().Follow(gateway.Street.Open[0].Tokens[0]);
        gateway.Run(19.5);
        Assert.Equal(1, gateway.Street.Dials);
        Assert.Contains(gateway.Facts(), static fact => fact.Detail.Contains("HTTP 429", StringComparison.Ordinal));
        gateway.Run(10);
        Assert.Equal(2, gateway.Street.Dials);
        Assert.Equal(BookStreet.BookOf(gateway.Street.Open[0].Tokens[0]), client.BookOf(gateway.Street.Open[0].Tokens[0]));
    }

    [Fact]
    public void HTTP_429_without_a_Retry_After_is_given_half_a_minute()
    {
        var gateway = new BookGateway(world: World);
        gateway.Street.Strike(FaultKind.Status, 17, static fault => fault with { Status = 429 });
        gateway.Connect().Follow(gateway.Street.Open[0].Tokens[0]);
        gateway.Run(29.5);
        Assert.Equal(1, gateway.Street.Dials);
        gateway.Run(10);
        Assert.Equal(2, gateway.Street.Dials);
    }

    [Fact]
    public void As_many_connections_as_may_be_are_open_and_what_does_not_fit_is_on_record()
    {
        var gateway = new BookGateway(world: World, feed: static feed => feed with { TokensPerConnection = 2, Connections = 3 });
        gateway.Connect().Follow(gateway.Street.Open.SelectMany(static market => market.Tokens));
        gateway.Run(5);
        Assert.Equal(3, gateway.Street.Venue.Connections.Count);
        Assert.Contains(gateway.Facts(), static fact => fact.Kind == "limited");
    }

    [Fact]
    public void A_quiet_market_is_kept_alive_by_PING()
    {
        var gateway = new BookGateway(world: World);
        gateway.Connect().Open("12345");
        gateway.Run(1);
        gateway.Connect().Follow(gateway.Street.Open[4].Tokens[0]);
        gateway.Run(600);
        Assert.DoesNotContain(gateway.Facts(), static fact => fact.Kind is "lost" or "silent");
    }

    internal static List<List<string>> Followed(BookGateway gateway)
    {
        using var bytes = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            gateway.Street.Venue.WriteSubscriptions(json);
            json.WriteEndArray();
        }
        return [.. System.Text.Json.JsonElement.Parse(bytes.ToArray()).EnumerateArray().Select(static one => one.GetProperty("assets_ids").EnumerateArray().Select(static id => id.GetString()!).ToList())];
    }
}
