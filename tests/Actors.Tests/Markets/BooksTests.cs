using System.Text;
using Oddswire.Actors.Tests.Feeds;
using Oddswire.Messages.Books;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>What goes wrong with a book between the venue and a client, and that it is found, told, and mended.</summary>
public sealed class BooksTests
{
    private readonly BookGateway _gateway = new();

    private OutcomeToken Busy => _gateway.Street.Open[0].Tokens[0];

    private OutcomeToken Quiet => _gateway.Street.Open[4].Tokens[0];

    [Fact]
    public void Every_book_is_the_venues_while_nothing_goes_wrong()
    {
        var tokens = _gateway.Street.Open.SelectMany(static market => market.Tokens).ToList();
        var client = _gateway.Connect(extended: true).Follow(tokens);
        _gateway.Run(60);
        Assert.All(tokens, token => Assert.Equal(BookStreet.BookOf(token), client.BookOf(token)));
        Assert.DoesNotContain("gateway.stale", client.Kinds);
        Assert.Equal(1, _gateway.Street.Dials);
        Assert.Empty(_gateway.Kit.DeadLetters);
    }

    [Fact]
    public async Task A_crossed_book_is_told_to_nobody_and_comes_anew()
    {
        var client = _gateway.Connect(extended: true).Follow(Quiet);
        _gateway.Run(20);
        _gateway.Street.Strike(FaultKind.Crossed, 8);
        _gateway.Run(8);
        Assert.Contains("gateway.stale", client.Kinds);
        Assert.All(client.Whole, told => Assert.True(_gateway.Street.Had(told.Token, told.Book)));
        _gateway.Run(10);
        Assert.Empty(client.Read().Stale);
        Assert.Equal(BookStreet.BookOf(Quiet), client.BookOf(Quiet));
        Assert.Equal(BookState.Good, (await _gateway.Glance(Quiet)).State);
        Assert.Contains(_gateway.Facts(), static fact => fact is { Kind: "redriven" } && fact.Detail.StartsWith("subscribed again: crossed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_that_the_venue_skips_shows_in_its_hash_and_the_book_comes_anew()
    {
        var client = _gateway.Connect(extended: true).Follow(Quiet);
        _gateway.Run(20);
        _gateway.Street.Strike(FaultKind.SkipChange, 12, static fault => fault with { Share = 0.6 });
        _gateway.Run(60);
        Assert.Contains("gateway.stale", client.Kinds);
        Assert.Contains(client.Events, static told => BookClient.Kind(told) == "gateway.stale" && told.GetProperty("reason").GetString() is "diverged" or "silent");
        Assert.Empty(client.Stale);
        Assert.Equal(BookStreet.BookOf(Quiet), client.BookOf(Quiet));
    }

    [Fact]
    public void A_token_muted_among_hundreds_while_pongs_go_on_is_found_and_its_book_comes_from_REST()
    {
        var gateway = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromHours(1), Markets = 60, BookRate = 4 });
        var tokens = gateway.Street.Open.SelectMany(static market => market.Tokens).ToList();
        var client = gateway.Connect(extended: true).Follow(tokens);
        gateway.Run(20);
        var busy = gateway.Street.Open[0].Tokens[0];
        gateway.Facts();
        client.Forget();
        gateway.Street.Strike(FaultKind.Mute, with: fault => fault with { Topic = busy.Id });
        gateway.Run(6);
        var stale = Assert.Single(client.Read().Events, static told => BookClient.Kind(told) == "gateway.stale");
        Assert.Equal((busy.Id, "silent"), (stale.GetProperty("asset_id").GetString(), stale.GetProperty("reason").GetString()));
        gateway.Run(20);
        var facts = gateway.Facts();
        Assert.Contains(facts, static fact => fact.Kind == "silent");
        Assert.Equal(
            ["subscribed again", "new connection", "book taken from REST"],
            facts.Where(static fact => fact.Kind == "redriven").Select(static fact => fact.Detail.Split(':')[0]).Distinct());
        Assert.Contains(client.Read().Events, static told => BookClient.Kind(told) == "gateway.resync" && told.GetProperty("source").GetString() == "rest");
        Assert.All(client.Whole, told => Assert.True(gateway.Street.Had(told.Token, told.Book)));
        gateway.Street.Heal();
        gateway.Run(90);
        Assert.Empty(client.Read().Stale);
        Assert.All(tokens, token => Assert.Equal(BookStreet.BookOf(token), client.BookOf(token)));
    }

    [Fact]
    public async Task A_lost_connection_leaves_no_book_good_until_it_has_come_anew()
    {
        var client = _gateway.Connect(extended: true).Follow(Busy, Quiet);
        _gateway.Run(5);
        _gateway.Street.Strike(FaultKind.Hang, 6);
        _gateway.Street.Strike(FaultKind.Drop);
        _gateway.Run(1);
        Assert.Equal(2, client.Read().Stale.Count);
        var glance = await _gateway.Glance(Busy);
        Assert.Equal((BookState.Uncertain, "upstream lost", true), (glance.State, glance.Reason, glance.Json.IsEmpty));
        var late = _gateway.Connect().Follow(Busy);
        _gateway.Run(3);
        Assert.Equal("[]\n", late.Next());
        _gateway.Run(30);
        Assert.Empty(client.Read().Stale);
        Assert.Contains("gateway.gap", client.Kinds);
        Assert.Equal(BookStreet.BookOf(Busy), late.BookOf(Busy));
        Assert.Equal(BookStreet.BookOf(Quiet), client.BookOf(Quiet));
    }

    [Fact]
    public void The_time_without_a_stream_is_a_gap_on_record_also_while_REST_stands_in()
    {
        _gateway.Connect().Follow(Busy, Quiet);
        _gateway.Run(5);
        _gateway.Street.Strike(FaultKind.Hang, 30);
        _gateway.Street.Strike(FaultKind.Drop);
        _gateway.Run(25);
        var open = Assert.Single(_gateway.Gaps());
        Assert.Equal(("clob-market", null, GapState.Open), (open.Source, open.To, open.State));
        Assert.StartsWith("dropped without a close frame (", open.Reason, StringComparison.Ordinal);
        _gateway.Run(60);
        var over = Assert.Single(_gateway.Gaps());
        Assert.Equal((open.Id, open.From, GapState.Lost), (over.Id, over.From, over.State));
        Assert.InRange(over.To!.Value - over.From, 30_000, 75_000);
    }

    [Fact]
    public void A_token_that_goes_silent_is_a_gap_from_its_last_word_on_and_over_when_nobody_follows_it()
    {
        var client = _gateway.Connect().Follow(Busy, Quiet);
        _gateway.Run(20);
        Assert.Empty(_gateway.Gaps());
        var struck = _gateway.Kit.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _gateway.Street.Strike(FaultKind.Mute, with: fault => fault with { Topic = Busy.Id });
        _gateway.Run(20);
        var open = Assert.Single(_gateway.Gaps());
        Assert.Equal($"silent ({Busy.Id})", open.Reason);
        Assert.InRange(open.From, struck - 1_000, struck);
        client.Unsubscribe(Busy.Id);
        Assert.Equal(GapState.Lost, Assert.Single(_gateway.Gaps()).State);
    }

    /// <summary>One of five settlements is never told (rs-clob-client#226): the book is emptied, the stream falls silent, and REST knows it no longer.</summary>
    [Fact]
    public void A_settlement_that_is_never_announced_is_found_by_REST_and_retired()
    {
        var gateway = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromSeconds(60), BookRate = 2 });
        gateway.Street.Strike(FaultKind.Mute, with: static fault => fault with { Topic = "market_resolved" });
        var window = gateway.Street.Open.First(static market => market.Plan.EndsAt is not null);
        var other = gateway.Street.Open.First(static market => market.Plan.EndsAt is null).Tokens[0];
        var both = gateway.Connect().Follow([.. window.Tokens, other]);
        var one = gateway.Connect().Follow(window.Tokens);
        gateway.Run(300);
        Assert.True(one.Socket.IsOpen);     // REST may be wrong for a while, too
        gateway.Run(400);
        Assert.DoesNotContain("market_resolved", both.Kinds);
        Assert.Equal((1000, "all subscribed assets resolved"), (one.Socket.ClosedWith, one.Socket.CloseReason));
        Assert.True(both.Socket.IsOpen);
        Assert.Contains(gateway.Facts(), static fact => fact.Kind == "retired" && fact.Detail.StartsWith("settled (", StringComparison.Ordinal));
        Assert.Equal(BookStreet.BookOf(other), both.BookOf(other));
        Assert.Equal([[other.Id]], BookFeedActorTests.Followed(gateway));
    }

    [Fact]
    public void A_stale_snapshot_is_not_taken_for_the_book()
    {
        var other = _gateway.Connect().Follow(Quiet);
        _gateway.Run(1);
        _gateway.Street.Strike(FaultKind.Drop);
        _gateway.Run(30);
        _gateway.Street.Strike(FaultKind.StaleSnapshot, 20);
        _gateway.Street.Strike(FaultKind.Drop);
        _gateway.Run(60);
        Assert.Equal(BookStreet.BookOf(Quiet), other.BookOf(Quiet));
    }

    [Fact]
    public void A_feed_that_freezes_and_goes_on_answering_PING_is_found()
    {
        var client = _gateway.Connect(extended: true).Follow(Busy, Quiet);
        _gateway.Run(5);
        _gateway.Street.Strike(FaultKind.FreezeKeepPongs, with: static fault => fault with { Connection = "newest" });
        _gateway.Run(60);
        Assert.Contains("gateway.stale", client.Kinds);
        _gateway.Street.Heal();
        _gateway.Run(90);
        Assert.Empty(client.Read().Stale);
        Assert.Equal(BookStreet.BookOf(Busy), client.BookOf(Busy));
    }

    [Fact]
    public void Without_REST_a_muted_token_is_asked_for_again()
    {
        var gateway = new BookGateway(hasRest: false);
        var token = gateway.Street.Open[0].Tokens[0];
        gateway.Connect().Follow(token);
        gateway.Run(10);
        gateway.Facts();
        gateway.Street.Strike(FaultKind.FreezeKeepPongs);
        gateway.Run(60);
        Assert.Contains(gateway.Facts(), static fact => fact is { Kind: "redriven" } && fact.Detail.StartsWith("subscribed again", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_REST_a_change_that_the_venue_skips_shows_in_its_hash_all_the_same()
    {
        var gateway = new BookGateway(hasRest: false);
        var token = gateway.Street.Open[0].Tokens[0];
        var client = gateway.Connect(extended: true).Follow(token);
        gateway.Run(5);
        gateway.Street.Strike(FaultKind.SkipChange, 3, static fault => fault with { Share = 0.6 });
        gateway.Run(4);
        var late = gateway.Connect().Follow(token);
        gateway.Run(20);
        Assert.Contains(client.Read().Events, static told => BookClient.Kind(told) == "gateway.stale" && told.GetProperty("reason").GetString() == "diverged");
        Assert.All(late.Read().Whole, told => Assert.True(gateway.Street.Had(told.Token, told.Book)));
        Assert.Equal(BookStreet.BookOf(token), late.BookOf(token));
        Assert.Equal(BookStreet.BookOf(token), client.BookOf(token));
    }

    /// <summary>The feed hears nothing of it: for all that it knows, the token was followed all along.</summary>
    [Fact]
    public void Who_follows_a_token_in_the_moment_in_which_the_last_one_leaves_it_has_its_book()
    {
        var client = _gateway.Connect().Follow(Quiet);
        _gateway.Run(5);
        client.Forget();
        foreach (var operation in (string[])["unsubscribe", "subscribe"])
            client.Socket.Session.Tell(new SessionMessage.Heard(Encoding.ASCII.GetBytes($"{{\"operation\":\"{operation}\",\"assets_ids\":[\"{Quiet.Id}\"]}}")));
        _gateway.Run(3);
        Assert.Equal([Quiet.Id], client.Read().Whole.Select(static told => told.Token).Distinct());
        Assert.Equal(BookStreet.BookOf(Quiet), client.BookOf(Quiet));
    }

    /// <summary>REST does not answer, so nobody can say whether it is so: the books are in doubt, and none is retired.</summary>
    [Fact]
    public void A_1000_that_nobody_confirms_retires_nothing()
    {
        var client = _gateway.Connect(extended: true).Follow(Busy);
        _gateway.Run(5);
        _gateway.Street.Strike(FaultKind.Status, 30);
        _gateway.Street.Strike(FaultKind.Close, with: static fault => fault with { Code = 1000, Reason = "all subscribed assets resolved" });
        _gateway.Run(2);
        Assert.Equal([Busy.Id], client.Read().Stale);
        _gateway.Run(120);
        Assert.True(client.Socket.IsOpen);
        Assert.Empty(client.Read().Stale);
        Assert.Equal(BookStreet.BookOf(Busy), client.BookOf(Busy));
        Assert.DoesNotContain(_gateway.Facts(), static fact => fact is { Kind: "retired" } && !fact.Detail.StartsWith("connection", StringComparison.Ordinal));
    }

    [Fact]
    public void The_venue_repeats_itself_and_clients_do_not_notice()
    {
        var once = _gateway.Connect().Follow(Busy);
        _gateway.Run(2);
        _gateway.Street.Strike(FaultKind.Duplicate, 20);
        _gateway.Run(21);
        var told = once.Read().Texts.Where(static text => text.Contains("\"price_change\"", StringComparison.Ordinal) || text.Contains("\"last_trade_price\",", StringComparison.Ordinal)).ToList();
        Assert.True(told.Count > 40);
        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Equal(BookStreet.BookOf(Busy), once.BookOf(Busy));
    }

    [Fact]
    public void The_hash_of_a_book_that_is_served_is_that_of_the_book()
    {
        _gateway.Connect().Follow(Busy);
        _gateway.Run(10);
        var late = _gateway.Connect().Follow(Busy);
        var book = late.Read().Events[0];
        var rest = _gateway.Street.StandIn.Ask("clob-market", new Simulator.Venues.HttpQuestion("GET", "/book", [new("token_id", Busy.Id)], "test", default));
        Assert.Equal(System.Text.Json.JsonElement.Parse(rest.Body.Span).GetProperty("hash").GetString(), book.GetProperty("hash").GetString());
    }
}
