using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.World.Us;
using Xunit;
using static Oddswire.Simulator.Tests.Venues.PolymarketUs.UsRequestTests;

namespace Oddswire.Simulator.Tests.Venues.PolymarketUs;

// Section 7 of the protocol page.
public sealed class UsMarketsTests
{
    private readonly StandInRun _run = new();

    private UsMarket First => _run.StandIn.Us.Markets[0];

    [Fact]
    public void Each_book_is_whole_and_has_no_sequence_number()
    {
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First.Slug));
        _run.Run(60);
        var books = client.Data.Select(static told => told.GetProperty("marketData")).ToList();
        Assert.InRange(books.Count, 200, 500); // 4.7 a second, and the trades
        foreach (var book in books)
        {
            var (bids, offers) = (Prices(book, "bids"), Prices(book, "offers"));
            Assert.Equal(bids.OrderDescending(), bids);
            Assert.Equal(offers.Order(), offers);
            Assert.True(bids[0] < offers[0]);
        }
        Assert.Equal(["marketSlug", "bids", "offers", "state", "stats", "transactTime"], books[0].EnumerateObject().Select(static field => field.Name));
        Assert.Equal("MARKET_STATE_OPEN", books[0].GetProperty("state").GetString());
    }

    [Fact]
    public void Numbers_have_the_scale_of_their_market()
    {
        var second = _run.StandIn.Us.Markets[1];
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First.Slug)).Say(Subscribe("b", "MARKET_DATA", second.Slug));
        _run.Run(0.2);
        var levels = client.Data.Take(2).Select(static told => told.GetProperty("marketData").GetProperty("bids")[0]).ToList();
        Assert.Matches(@"^0\.\d{3}$", levels[0].GetProperty("px").GetProperty("value").GetString());
        Assert.Matches(@"^\d+\.\d{3}$", levels[0].GetProperty("qty").GetString());
        Assert.Matches(@"^0\.\d{4}$", levels[1].GetProperty("px").GetProperty("value").GetString());
        Assert.Matches(@"^\d+\.\d{4}$", levels[1].GetProperty("qty").GetString());
    }

    [Fact]
    public void The_time_of_a_book_is_its_last_change_however_late_it_is_asked_for()
    {
        _run.Run(10);
        _run.World.Pause();
        _run.Run(600);
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First.Slug));
        _run.Run(0.2);
        var time = DateTimeOffset.Parse(Assert.Single(client.Data).GetProperty("marketData").GetProperty("transactTime").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(First.Book.ChangedAt, time);
        Assert.True(_run.StandIn.Now - time > TimeSpan.FromMinutes(9));
    }

    [Fact]
    public void Lite_tells_each_top_once_and_then_its_changes()
    {
        var slugs = _run.StandIn.Us.Markets.Select(static market => market.Slug).ToArray();
        var client = _run.Us("us-markets").Say(Subscribe("l", "MARKET_DATA_LITE", slugs));
        _run.Run(0.15);
        Assert.Equal(slugs, client.Data.Select(static told => told.GetProperty("marketDataLite").GetProperty("marketSlug").GetString()).Take(6));
        _run.Run(30);
        foreach (var market in client.Data.Select(static told => told.GetProperty("marketDataLite")).GroupBy(static lite => lite.GetProperty("marketSlug").GetString()))
        {
            var told = market.Select(static lite => lite.GetRawText()).ToList();
            Assert.All(told.Zip(told.Skip(1)), static pair => Assert.NotEqual(pair.First, pair.Second));
            Assert.InRange(told.Count, 5, 400);
        }
    }

    [Fact]
    public void Trades_are_not_told_again_and_a_buyer_pays_the_best_offer()
    {
        _run.Run(5);
        var client = _run.Us("us-markets").Say(Subscribe("t", "TRADE", First.Slug)).Say(Subscribe("b", "MARKET_DATA", First.Slug));
        _run.Run(0.15);
        Assert.DoesNotContain(client.Data, static told => told.TryGetProperty("trade", out _));
        var start = client.Frames.Count;
        _run.Run(60);
        JsonElement book = default;
        var bought = 0;
        foreach (var told in client.Frames.Skip(start).Select(static frame => JsonElement.Parse(frame.Frame.Payload())))
        {
            if (told.TryGetProperty("marketData", out var seen)) book = seen;
            if (!told.TryGetProperty("trade", out var trade)) continue;
            Assert.Matches("^[A-Z0-9]{12}$", trade.GetProperty("id").GetString());
            Assert.Equal("USD", trade.GetProperty("quantity").GetProperty("currency").GetString());
            // The account's own orders trade at prices of their own.
            if (trade.GetProperty("taker").GetProperty("side").GetString() == "ORDER_SIDE_BUY" && book.ValueKind == JsonValueKind.Object
                && trade.GetProperty("price").GetProperty("value").GetString() == book.GetProperty("offers")[0].GetProperty("px").GetProperty("value").GetString()) bought++;
        }
        Assert.InRange(bought, 5, 100);
    }

    [Fact]
    public void A_request_without_slugs_is_of_every_market()
    {
        var client = _run.Us("us-markets").Say("""{"subscribe":{"requestId":"a","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA_LITE"}}""");
        _run.Run(0.15);
        Assert.Equal(6, client.Data.Count);
    }

    [Fact]
    public void Debounced_books_come_at_most_once_a_second_and_are_the_newest()
    {
        var client = _run.Us("us-markets")
            .Say($$$"""{"subscribe":{"requestId":"slow","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA","marketSlugs":["{{{First.Slug}}}"],"responsesDebounced":true}}""");
        var other = _run.Us("us-markets").Say(Subscribe("fast", "MARKET_DATA", First.Slug));
        _run.Run(30);
        var times = client.Frames.Where(static frame => frame.Frame.Role == FrameRole.Data).Select(static frame => frame.At).ToList();
        Assert.InRange(times.Count, 20, 31);
        Assert.All(times.Zip(times.Skip(1)), static pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
        Assert.True(other.Frames.Count > 3 * client.Frames.Count);
    }

    [Fact]
    public void A_fault_debounces_everybody()
    {
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First.Slug));
        _run.StandIn.Faults.Inject(new Fault("us-markets", FaultKind.Debounce) { For = TimeSpan.FromSeconds(20) });
        _run.Run(20);
        Assert.InRange(client.Data.Count, 10, 21);
        client.Frames.Clear();
        _run.Run(20);
        Assert.InRange(client.Data.Count, 60, 200);
        Assert.Throws<FaultRejectedException>(() => _run.StandIn.Faults.Inject(new Fault("rtds", FaultKind.Debounce)));
    }

    [Fact]
    public void A_frozen_feed_keeps_its_heartbeats()
    {
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First.Slug));
        _run.StandIn.Faults.Inject(new Fault("us-markets", FaultKind.FreezeKeepPongs));
        _run.Run(65);
        Assert.Equal(Enumerable.Repeat("""{"heartbeat":{}}""", 2), client.Texts);
        Assert.Equal("PONG", client.Say("PING").Texts.Last());
        _run.StandIn.Faults.HealAll();
        _run.Run(2);
        Assert.NotEmpty(client.Data);
    }

    [Fact]
    public void One_market_of_several_or_one_kind_of_payload_can_be_muted()
    {
        var slugs = _run.StandIn.Us.Markets.Select(static market => market.Slug).ToArray();
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", slugs)).Say(Subscribe("t", "TRADE", slugs));
        _run.StandIn.Faults.Inject(new Fault("us-markets", FaultKind.Mute) { Topic = slugs[2] });
        _run.StandIn.Faults.Inject(new Fault("us-markets", FaultKind.Mute) { Topic = "trade" });
        _run.Run(10);
        Assert.All(client.Texts, text => Assert.DoesNotContain(slugs[2], text, StringComparison.Ordinal));
        Assert.DoesNotContain(client.Data, static told => told.TryGetProperty("trade", out _));
        Assert.Equal(5, client.Data.Select(static told => told.GetProperty("marketData").GetProperty("marketSlug").GetString()).Distinct().Count());
    }

    [Theory]
    [InlineData(FaultKind.Close, FrameKind.Close)]
    [InlineData(FaultKind.Drop, FrameKind.Drop)]
    public void Connections_end_with_1001_or_without_a_word_and_the_venue_remembers_nothing(FaultKind kind, FrameKind last)
    {
        var client = _run.Us("us-markets").Say(Subscribe("a", "MARKET_DATA", First.Slug));
        _run.StandIn.Faults.Inject(new Fault("us-markets", kind) { Code = 1001 });
        Assert.Equal((last, kind == FaultKind.Close ? 1001 : 0), (client.Last.Kind, client.Last.Code));
        var next = _run.Us("us-markets");
        _run.Run(5);
        Assert.Empty(next.Frames);
    }

    private static List<decimal> Prices(JsonElement book, string side) =>
        [.. book.GetProperty(side).EnumerateArray().Select(static level => decimal.Parse(level.GetProperty("px").GetProperty("value").GetString()!, System.Globalization.CultureInfo.InvariantCulture))];
}
