using Oddswire.Actors.Feeds;
using Oddswire.Actors.UsMarkets;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues.PolymarketUs;
using Xunit;

namespace Oddswire.Actors.Tests.UsMarkets;

/// <summary>Each rule of the markets socket, and what the gateway makes of it.</summary>
public sealed class UsMarketsFeedTests
{
    private const UsSubscriptionType Book = UsSubscriptionType.MarketData;
    private const UsSubscriptionType Lite = UsSubscriptionType.MarketDataLite;
    private const UsSubscriptionType Trade = UsSubscriptionType.Trade;

    [Fact]
    public void Any_number_of_clients_is_one_subscription_and_it_ends_a_moment_after_the_last_has_left()
    {
        var gateway = new UsGateway();
        var slug = gateway.Street.Slugs[1];
        UsFollower[] clients = [.. Enumerable.Range(0, 5).Select(_ => gateway.Connect().Follow(Book, slug))];
        gateway.Run(3);
        Assert.Equal([("MARKET_DATA", slug)], gateway.Street.Subscribed().Select(static one => (one.Type, one.Slug)));
        Assert.All(clients, client => Assert.Equal(clients[0].Last(Book, slug), client.Last(Book, slug)));
        foreach (var client in clients[1..])
            client.Unfollow(Book, slug);
        gateway.Run(20);
        Assert.Single(gateway.Street.Subscribed());
        clients[0].Unfollow(Book, slug);
        gateway.Run(4);
        Assert.Single(gateway.Street.Subscribed());
        gateway.Run(3);
        Assert.Empty(gateway.Street.Subscribed());
        Assert.Empty(gateway.Street.Venue().Connections);
    }

    [Fact]
    public void Who_comes_back_at_once_finds_what_was_told_meanwhile()
    {
        var gateway = new UsGateway();
        var slug = gateway.Street.Slugs[1];
        var client = gateway.Connect().Follow(Book, slug);
        gateway.Run(3);
        client.Unfollow(Book, slug);
        gateway.Run(3);
        var again = gateway.Connect().Follow(Book, slug);
        gateway.Run(0);
        Assert.Equal(Now(gateway, Book, slug), again.Last(Book, slug));
        gateway.Run(60);
        Assert.Single(gateway.Street.Dials);
    }

    [Fact]
    public void Who_comes_late_is_served_from_what_is_held_at_once_and_trades_are_not_repeated()
    {
        var gateway = new UsGateway();
        var slug = gateway.Street.Slugs[0];
        gateway.Connect().Follow(Book, slug).Follow(Lite, slug).Follow(Trade, slug);
        gateway.Run(20);
        var late = gateway.Connect().Follow(Book, slug).Follow(Lite, slug).Follow(Trade, slug);
        gateway.Run(0);
        Assert.Equal(Now(gateway, Book, slug), late.Last(Book, slug));
        Assert.Equal(Now(gateway, Lite, slug), late.Last(Lite, slug));
        Assert.Null(late.Last(Trade, slug));
    }

    [Fact]
    public void Every_book_every_top_and_every_trade_is_handed_on_as_the_bytes_that_came()
    {
        var gateway = new UsGateway();
        var slug = gateway.Street.Slugs[0];
        foreach (var type in new[] { Book, Lite, Trade })
        {
            var client = gateway.Connect().Follow(type, slug);
            gateway.Run(3);
            var witness = gateway.Street.Look(type, slug);
            gateway.Run(30);
            var (told, seen) = (client.All(type, slug).ToList(), witness.Told.Select(static one => one.Payload).ToList());
            Assert.True(seen.Count > 3);
            Assert.Equal(seen, told.Skip(told.IndexOf(seen[0])).Take(seen.Count));
        }
    }

    [Fact]
    public void Who_follows_every_market_is_told_of_each_once_also_when_he_names_some()
    {
        var gateway = new UsGateway();
        var client = gateway.Connect().Follow(Book).Follow(Trade).Follow(Book, gateway.Street.Slugs[0]);
        gateway.Run(30);
        foreach (var slug in gateway.Street.Slugs)
        {
            Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug));
            Assert.Equal(client.All(Trade, slug).Distinct(), client.All(Trade, slug));
            Assert.NotEmpty(client.All(Trade, slug));
        }
        client.Unfollow(Book);
        gateway.Run(40);
        Assert.Equal([("MARKET_DATA", gateway.Street.Slugs[0]), ("TRADE", "")], gateway.Street.Subscribed().Select(static one => (one.Type, one.Slug)).Order());
    }

    [Fact]
    public void Every_dial_is_signed_anew_with_the_time_that_it_is_and_the_path_alone()
    {
        var gateway = new UsGateway();
        gateway.Connect().Follow(Book, gateway.Street.Slugs[0]);
        for (var i = 0; i < 3; i++)
        {
            gateway.Run(45);        // the first headers are stale by now
            gateway.Street.Strike(FaultKind.Drop);
        }
        gateway.Run(45);
        Assert.Equal(4, gateway.Street.Dials.Count);
        Assert.Equal(0, gateway.Street.Venue().Refused);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Refused_in_mid_stream_it_stops_and_says_so_until_somebody_says_retry(int status)
    {
        var gateway = new UsGateway();
        var slug = gateway.Street.Slugs[0];
        var client = gateway.Connect().Follow(Book, slug);
        gateway.Run(10);
        gateway.Street.Strike(FaultKind.Status, 600, fault => fault with { Status = status });
        gateway.Street.Strike(FaultKind.Drop);
        gateway.Run(300);
        Assert.Equal(2, gateway.Street.Dials.Count);
        Assert.Equal(FeedState.Refused, (await gateway.Status()).State);
        Assert.Contains(gateway.Facts(), fact => fact.Kind == "refused" && fact.Detail == $"refused with HTTP {status}");
        Assert.True(client.IsInGap(Book, slug));
        gateway.Street.Heal();
        gateway.Feed.Tell(new FeedMessage.Retry());
        gateway.Run(3);
        Assert.Equal(FeedState.Live, (await gateway.Status()).State);
        Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug));
        Assert.False(client.IsInGap(Book, slug));
    }

    [Fact]
    public void A_429_is_waited_for_as_long_as_it_says()
    {
        var gateway = new UsGateway();
        gateway.Street.Strike(FaultKind.Status, 100, static fault => fault with { Status = 429, RetryAfter = 40 });
        gateway.Connect().Follow(Book, gateway.Street.Slugs[0]);
        gateway.Run(170);
        Assert.InRange(gateway.Street.Dials.Count, 3, 4);
        Assert.All(gateway.Street.Dials.Zip(gateway.Street.Dials.Skip(1)), static pair => Assert.True(pair.Second - pair.First >= 40));
        Assert.Single(gateway.Street.Subscribed());
    }

    [Fact]
    public void A_hundred_clients_with_a_market_each_need_no_more_requests_than_the_venue_takes_and_none_goes_dark()
    {
        var gateway = new UsGateway(markets: 100);
        var trades = gateway.Street.Slugs.Take(3).ToDictionary(static slug => slug, static slug => (UsStreet.Witness?)null);
        var first = gateway.Connect().Follow(Trade, trades.Keys);
        gateway.Run(3);
        foreach (var slug in trades.Keys)
            trades[slug] = gateway.Street.Look(Trade, slug);
        var clients = new List<UsFollower>();
        foreach (var slug in gateway.Street.Slugs)
        {
            clients.Add(gateway.Connect().Follow(Book, slug));
            gateway.Run(2);
            Assert.All(gateway.Street.Subscribed().Where(static one => one.Request != "witness").GroupBy(static one => one.Connection), static connection => Assert.True(connection.Select(static one => one.Request).Distinct().Count() <= 10));
        }
        gateway.Run(20);
        Assert.DoesNotContain(gateway.Facts(), static fact => fact.Kind is "limited" or "lost");
        Assert.True(gateway.Street.Dials.Count <= 6, $"{gateway.Street.Dials.Count} dials");
        Assert.All(clients.Zip(gateway.Street.Slugs), pair => Assert.Equal(Now(gateway, Book, pair.Second), pair.First.Last(Book, pair.Second)));
        Assert.All(trades, pair =>
        {
            var (seen, told) = (pair.Value!.Told.Select(static one => one.Payload).ToList(), first.All(Trade, pair.Key).ToList());
            Assert.True(seen.Count > 20);
            Assert.Equal(seen, told.Skip(told.IndexOf(seen[0])));
        });
    }

    [Fact]
    public void What_nobody_wants_any_more_leaves_its_request_and_what_stays_misses_nothing()
    {
        var gateway = new UsGateway(markets: 60);
        var (stays, leaves) = (gateway.Street.Slugs[0], gateway.Street.Slugs.Skip(1).ToList());
        var client = gateway.Connect().Follow(Trade, [stays, .. leaves]);
        gateway.Run(3);
        var witness = gateway.Street.Look(Trade, stays);
        gateway.Run(5);
        client.Unfollow(Trade, leaves);
        gateway.Run(60);
        Assert.Equal([stays], gateway.Street.Subscribed().Where(static one => one.Request != "witness").Select(static one => one.Slug));
        var (seen, told) = (witness.Told.Select(static one => one.Payload).ToList(), client.All(Trade, stays).ToList());
        Assert.True(seen.Count > 20);
        Assert.Equal(seen, told.Skip(told.IndexOf(seen[0])));
    }

    [Fact]
    public void More_than_one_connection_holds_goes_onto_others()
    {
        var gateway = new UsGateway(markets: 100, connection: new UsConnectionRules { Slugs = 5 });
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs);
        gateway.Run(5);
        Assert.Equal([40, 40, 20], gateway.Street.Subscribed().GroupBy(static one => one.Connection).Select(static connection => connection.Count()).OrderDescending());
        Assert.All(gateway.Street.Slugs, slug => Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug)));
    }

    [Fact]
    public void A_venue_that_takes_fewer_requests_than_we_think_is_believed_and_everything_is_followed()
    {
        var gateway = new UsGateway(markets: 60, connection: new UsConnectionRules { Requests = 20, Slugs = 4 });
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs);
        gateway.Run(15);
        Assert.Contains(gateway.Facts(), static fact => fact.Kind == "limited" && fact.Detail.Contains("max subscriptions per connection reached", StringComparison.Ordinal));
        Assert.All(gateway.Street.Slugs, slug => Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug)));
    }

    [Fact]
    public void Markets_that_the_venue_drops_from_a_long_request_without_a_word_are_missed_and_asked_for_again()
    {
        var gateway = new UsGateway(markets: 40, venue: new UsRules { SlugsPerRequest = 25 }, connection: new UsConnectionRules { Slugs = 40 });
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs);
        gateway.Run(5);
        Assert.Equal(25, gateway.Street.Slugs.Count(slug => client.Last(Book, slug) is not null));
        gateway.Run(15);
        Assert.All(gateway.Street.Slugs, slug => Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug)));
    }

    [Fact]
    public void A_market_that_does_not_exist_is_asked_for_less_and_less_often()
    {
        var gateway = new UsGateway();
        gateway.Connect().Follow(Book, "no-such-market").Follow(Book, gateway.Street.Slugs[0]);
        gateway.Run(3600);
        Assert.InRange(gateway.Facts().Count(static fact => fact.Kind == "redriven"), 3, 60);
    }

    [Fact]
    public void One_market_of_two_hundred_that_goes_mute_is_found_and_healed_by_asking_elsewhere()
    {
        var gateway = new UsGateway(markets: 200);
        var slug = gateway.Street.Slugs[120];
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs);
        gateway.Run(60);
        gateway.Facts();
        var number = gateway.Street.Venue().Connections.Single().Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        gateway.Street.Strike(FaultKind.Mute, 600, fault => fault with { Topic = slug, Connection = number });
        gateway.Run(60);
        Assert.Contains(gateway.Facts(), fact => fact.Kind == "silent" && fact.Detail.Contains(slug, StringComparison.Ordinal));
        Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug));
        Assert.DoesNotContain(client.Gaps, static gap => true);
    }

    [Fact]
    public void One_market_that_is_mute_everywhere_is_said_to_be_so_and_comes_back()
    {
        var gateway = new UsGateway(markets: 200);
        var slug = gateway.Street.Slugs[120];
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs);
        gateway.Run(60);
        gateway.Street.Strike(FaultKind.Mute, 100, fault => fault with { Topic = slug });
        gateway.Run(80);
        Assert.True(client.IsInGap(Book, slug));
        Assert.Null(gateway.Connect().Follow(Book, slug).Last(Book, slug));
        gateway.Run(60);
        Assert.False(client.IsInGap(Book, slug));
        Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug));
        Assert.All(client.Gaps, gap => Assert.Equal(slug, gap.Slug));
    }

    [Fact]
    public void A_connection_that_is_frozen_while_its_heartbeats_go_on_is_found()
    {
        var gateway = new UsGateway();
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs);
        gateway.Run(60);
        gateway.Street.Strike(FaultKind.FreezeKeepPongs, 600, static fault => fault with { Connection = "oldest" });
        gateway.Run(60);
        Assert.All(gateway.Street.Slugs, slug => Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug)));
    }

    [Fact]
    public void Without_heartbeats_for_a_minute_the_connection_is_dialled_anew()
    {
        var gateway = new UsGateway(rules: new UsMarketRules { Silence = TimeSpan.FromHours(1) });
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs[0]);
        gateway.Run(100);
        gateway.Street.Strike(FaultKind.Freeze, 600, static fault => fault with { Connection = "oldest" });
        gateway.Run(48);        // the last came ten seconds before
        Assert.Single(gateway.Street.Dials);
        gateway.Run(40);
        Assert.Equal(2, gateway.Street.Dials.Count);
        Assert.Contains(gateway.Facts(), static fact => fact.Kind == "silent" && fact.Detail.StartsWith("silent: no heartbeat for 60", StringComparison.Ordinal));
        Assert.Equal(Now(gateway, Book, gateway.Street.Slugs[0]), client.Last(Book, gateway.Street.Slugs[0]));
    }

    [Fact]
    public void Where_heartbeats_are_seldom_the_silence_is_twice_as_long_as_they_are_apart()
    {
        var gateway = new UsGateway(venue: new UsRules { Heartbeat = TimeSpan.FromSeconds(50) }, rules: new UsMarketRules { Silence = TimeSpan.FromHours(1) });
        gateway.Connect().Follow(Book, gateway.Street.Slugs[0]);
        gateway.Run(160);
        gateway.Street.Strike(FaultKind.Freeze, 600, static fault => fault with { Connection = "oldest" });
        gateway.Run(88);        // the last came ten seconds before
        Assert.Single(gateway.Street.Dials);
        gateway.Run(5);
        Assert.Equal(2, gateway.Street.Dials.Count);
    }

    [Fact]
    public void A_lost_connection_is_a_gap_for_its_trades_on_record_and_books_are_whole_again_behind_it()
    {
        var gateway = new UsGateway();
        var slug = gateway.Street.Slugs[0];
        var client = gateway.Connect().Follow(Book, slug).Follow(Trade, slug);
        gateway.Run(20);
        gateway.Street.Strike(FaultKind.Hang, 20);
        gateway.Street.Strike(FaultKind.Drop);
        gateway.Run(1);
        Assert.True(client.IsInGap(Book, slug));
        Assert.True(client.IsInGap(Trade, slug));
        Assert.Null(gateway.Connect().Follow(Book, slug).Last(Book, slug));
        gateway.Run(60);
        Assert.False(client.IsInGap(Book, slug));
        Assert.False(client.IsInGap(Trade, slug));
        Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug));
        var gaps = gateway.Ledger.Drain().OfType<LedgerMessage.GapFact>().Select(static fact => fact.Gap).ToList();
        Assert.Equal([("us-markets", GapState.Open), ("us-markets", GapState.Lost)], gaps.Select(static gap => (gap.Source, gap.State)));
        Assert.Equal($"dropped without a close frame (MarketData of {slug}, Trade of {slug})", gaps[1].Reason);
    }

    [Fact]
    public async Task As_many_connections_as_may_be_are_open_and_what_does_not_fit_is_on_record_until_there_is_room()
    {
        var gateway = new UsGateway(markets: 100, connection: new UsConnectionRules { Slugs = 5 }, connections: 2);
        var client = gateway.Connect().Follow(Book, gateway.Street.Slugs);
        gateway.Run(5);
        Assert.Equal(2, (await gateway.Status()).Connections.Length);
        Assert.Contains(gateway.Facts(), static fact => fact.Kind == "limited" && fact.Detail.StartsWith("20 subscriptions do not fit", StringComparison.Ordinal));
        client.Unfollow(Book, gateway.Street.Slugs.Take(40));
        gateway.Run(40);
        Assert.All(gateway.Street.Slugs.Skip(40), slug => Assert.Equal(Now(gateway, Book, slug), client.Last(Book, slug)));
    }

    [Fact]
    public void Nobody_there_no_connection()
    {
        var gateway = new UsGateway();
        gateway.Run(300);
        Assert.Empty(gateway.Street.Dials);
    }

    /// <summary>What the venue says of it now, to somebody else.</summary>
    private static string Now(UsGateway gateway, UsSubscriptionType type, string slug)
    {
        gateway.Street.Use(static standIn =>
        {
            standIn.World.Pause();
            return true;
        });
        var witness = gateway.Street.Look(type, slug);
        gateway.Run(0.2);
        gateway.Street.StandIn.World.Resume();
        gateway.Street.Use(_ =>
        {
            witness.Connection!.Lost();
            return true;
        });
        return witness.Told[0].Payload;
    }
}
