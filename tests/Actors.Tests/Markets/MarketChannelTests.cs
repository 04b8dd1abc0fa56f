using Oddswire.Actors.Sessions;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Actors.Tests.Markets;

/// <summary>/ws/market as a client sees it: the traps of the protocol by their names, one upstream for all, and what is done for who is slow.</summary>
public sealed class MarketChannelTests
{
    private readonly BookGateway _gateway = new();

    private OutcomeToken Busy => _gateway.Street.Open[0].Tokens[0];

    private OutcomeToken Other => _gateway.Street.Open[1].Tokens[0];

    [Fact]
    public void The_first_frame_is_one_array_of_the_living_tokens_ended_by_a_line_feed()
    {
        var client = _gateway.Connect().Open(Busy.Id, "12345", Busy.Other.Id);
        _gateway.Run(1);
        var books = client.Read().Events.Take(2).ToList();
        Assert.Equal([Busy.Id, Busy.Other.Id], books.Select(static book => book.GetProperty("asset_id").GetString()).OrderBy(id => id == Busy.Id ? 0 : 1));
        Assert.Equal(
            ["market", "asset_id", "timestamp", "hash", "bids", "asks", "tick_size", "event_type", "last_trade_price"],
            books[0].EnumerateObject().Select(static field => field.Name));
        Assert.StartsWith("[{", client.Texts[0], StringComparison.Ordinal);
        Assert.EndsWith("}]\n", client.Texts[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_lives_the_array_is_empty_and_the_connection_healthy()
    {
        var unknown = _gateway.Connect().Open("12345");
        var nothing = _gateway.Connect().Open();
        _gateway.Run(3);
        Assert.Equal("[]\n", unknown.Next());
        Assert.Equal("[]\n", nothing.Next());
        Assert.True(unknown.Socket.IsOpen);
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"type":"market"}""")]
    [InlineData("""{"type":"market","assets_ids":["x"]}""")]
    [InlineData("""{"type":"user","markets":[]}""")]
    [InlineData("""{"operation":"subscribe","assets_ids":[]}""")]
    public void A_bad_first_frame_is_closed_with_1008(string text)
    {
        var client = _gateway.Connect().Say(text);
        Assert.Equal((1008, "invalid subscription payload"), (client.Socket.ClosedWith, client.Socket.CloseReason));
    }

    [Theory]
    [InlineData("""{"assets_ids":[],"type":"MARKET"}""")]
    [InlineData("""{"assets_ids":[],"type":"market","markets":[],"operation":"subscribe","initial_dump":true,"level":3}""")]
    public void The_type_is_taken_in_any_case_and_beside_an_operation(string text) => Assert.Equal("[]\n", _gateway.Connect().Say(text).Next());

    [Theory]
    [InlineData("PING", "PONG")]
    [InlineData("ping", "pong")]
    [InlineData("{", "INVALID MESSAGE")]
    [InlineData("[]", "INVALID MESSAGE")]
    [InlineData("PONG", "INVALID MESSAGE")]
    [InlineData("""{"type":"market","assets_ids":[]}""", "INVALID OPERATION")]
    [InlineData("""{"operation":"dance","assets_ids":[]}""", "INVALID OPERATION")]
    [InlineData("""{"operation":"subscribe","assets_ids":[]}""", "NO NEW ASSETS")]
    public void Later_frames_are_answered_in_words(string text, string answer)
    {
        var client = _gateway.Connect().Open();
        Assert.Equal("[]\n", client.Next());
        Assert.Equal(answer, client.Say(text).Next());
    }

    [Fact]
    public void What_is_subscribed_again_is_nothing_new()
    {
        var client = _gateway.Connect().Open(Busy.Id);
        _gateway.Run(1);
        client.Forget();
        Assert.Equal("NO NEW ASSETS", client.Subscribe(Busy.Id).Next());
    }

    [Fact]
    public void What_is_subscribed_later_gets_its_own_array_and_what_is_left_falls_silent()
    {
        var client = _gateway.Connect().Open(Busy.Id);
        _gateway.Run(1);
        client.Forget().Subscribe(Busy.Id, Other.Id);
        _gateway.Run(1);
        Assert.Equal([Other.Id], client.Read().Whole.Take(1).Select(static told => told.Token));
        client.Unsubscribe(Busy.Id).Forget();
        _gateway.Run(5);
        Assert.NotEmpty(client.Read().Events);
        Assert.All(client.Events, told => Assert.Equal(Other.Market.ConditionId, told.GetProperty("market").GetString()));
    }

    [Fact]
    public void Without_an_initial_dump_there_are_changes_and_no_book_to_begin_with()
    {
        var client = _gateway.Connect().Say($$"""{"assets_ids":["{{Busy.Id}}"],"type":"market","initial_dump":false}""");
        _gateway.Run(3);
        Assert.NotEqual('[', client.Next()[0]);
    }

    [Fact]
    public void Custom_features_belong_to_the_connection_and_the_last_subscribe_wins()
    {
        var gateway = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromSeconds(60), BookRate = 2 });
        var (busy, other) = (gateway.Street.Open[0].Tokens[0], gateway.Street.Open[1].Tokens[0]);
        var client = gateway.Connect().Open(busy.Id);
        gateway.Run(65);
        Assert.Contains("best_bid_ask", client.Kinds);
        Assert.Contains("new_market", client.Kinds);
        client.Say($$"""{"operation":"subscribe","assets_ids":["{{other.Id}}"]}""").Forget();
        gateway.Run(65);
        Assert.DoesNotContain(client.Kinds, static kind => kind is "best_bid_ask" or "new_market" or "market_resolved");
        Assert.Contains("price_change", client.Kinds);
    }

    [Fact]
    public void When_all_that_is_followed_is_settled_the_connection_is_closed_with_1000_and_the_feed_does_not_come_back_for_it()
    {
        var gateway = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromSeconds(60), BookRate = 2 });
        var window = gateway.Street.Open.First(static market => market.Plan.EndsAt is not null);
        var client = gateway.Connect().Follow(window.Tokens);
        var mixed = gateway.Connect().Follow(window.Tokens[0], gateway.Street.Open[0].Tokens[0]);
        var asked = gateway.Connect().Follow(window.Tokens[0]);
        gateway.Run(120);
        Assert.Contains("market_resolved", client.Kinds);
        Assert.Contains("tick_size_change", client.Kinds);
        Assert.Equal((1000, "all subscribed assets resolved"), (client.Socket.ClosedWith, client.Socket.CloseReason));
        Assert.Equal(1000, asked.Socket.ClosedWith);
        Assert.True(mixed.Socket.IsOpen);
        var again = gateway.Connect().Follow(window.Tokens[0]);
        gateway.Run(3);
        Assert.Equal("[]\n", again.Next());
        Assert.True(again.Socket.IsOpen);
        Assert.Contains(gateway.Facts(), static fact => fact.Kind == "retired");
    }

    [Fact]
    public void The_venues_1000_is_no_failure_and_no_loop()
    {
        var gateway = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromSeconds(60), BookRate = 2 });
        var window = gateway.Street.Open.First(static market => market.Plan.EndsAt is not null);
        gateway.Connect().Follow(window.Tokens);
        gateway.Run(300);
        Assert.Equal(1, gateway.Street.Dials);
        Assert.Empty(gateway.Street.Venue.Connections);
        Assert.DoesNotContain(gateway.Facts(), static fact => fact.Kind is "lost" or "refused");
    }

    [Fact]
    public void A_late_joiner_gets_the_book_at_once_from_the_gateway_and_the_venue_sees_one_subscription()
    {
        _gateway.Connect().Follow(Busy);
        _gateway.Run(5);
        var (dials, questions) = (_gateway.Street.Dials, _gateway.Street.Questions);
        var late = Enumerable.Range(0, 50).Select(_ => _gateway.Connect().Follow(Busy)).ToList();
        Assert.All(late, client => Assert.Equal(BookStreet.BookOf(Busy), client.BookOf(Busy)));
        Assert.Equal((dials, questions), (_gateway.Street.Dials, _gateway.Street.Questions));
        _gateway.Run(20);
        Assert.All(late, client => Assert.Equal(BookStreet.BookOf(Busy), client.BookOf(Busy)));
        foreach (var client in late)
            client.Socket.Session.Tell(new SessionMessage.Gone());
        _gateway.Run(1);
        Assert.Single(_gateway.Street.Venue.Connections);
    }

    [Fact]
    public async Task With_nobody_there_there_is_no_connection()
    {
        _gateway.Run(30);
        Assert.Equal(0, _gateway.Street.Dials);
        var client = _gateway.Connect().Follow(Busy);
        _gateway.Run(5);
        Assert.Single(_gateway.Street.Venue.Connections);
        client.Socket.Session.Tell(new SessionMessage.Gone());
        _gateway.Run(5);
        Assert.Empty(_gateway.Street.Venue.Connections);
        Assert.Empty((await _gateway.Status()).Connections);
        Assert.Empty(_gateway.Kit.DeadLetters);
    }

    [Fact]
    public void A_client_that_follows_both_tokens_of_a_market_is_told_each_change_once()
    {
        var client = _gateway.Connect().Follow(Busy, Busy.Other);
        _gateway.Run(10);
        var changes = client.Read().Texts.Where(static text => text.Contains("\"price_change\"", StringComparison.Ordinal)).ToList();
        Assert.True(changes.Count > 20);
        Assert.Equal(changes.Count, changes.Distinct().Count());
    }

    [Fact]
    public void A_slow_client_is_spared_changes_gets_the_newest_book_and_every_trade()
    {
        var gateway = new BookGateway(sessions: new SessionRules { OutboxBytes = 100_000 });
        var busy = gateway.Street.Open[0].Tokens[0];
        var (slow, fast) = (gateway.Connect().Follow(busy), gateway.Connect().Follow(busy));
        gateway.Run(2);
        slow.Socket.Unread = 50_000;
        gateway.Run(1);
        slow.Forget();
        fast.Forget();
        gateway.Run(8);
        Assert.All(slow.Kinds, static kind => Assert.Equal("last_trade_price", kind));
        slow.Socket.Unread = 0;
        gateway.Run(0.2);
        Assert.Equal(BookStreet.BookOf(busy), slow.BookOf(busy));
        gateway.Run(5);
        Assert.Equal(BookStreet.BookOf(busy), slow.BookOf(busy));
        static IEnumerable<string> Trades(BookClient client) => client.Read().Texts.Where(static text => text.Contains("\"last_trade_price\"}", StringComparison.Ordinal));
        Assert.Equal(Trades(fast), Trades(slow));
        Assert.NotEmpty(Trades(slow));
    }

    [Fact]
    public void A_client_past_its_limit_is_closed_with_1013()
    {
        var gateway = new BookGateway(sessions: new SessionRules { OutboxBytes = 100_000 });
        var client = gateway.Connect().Follow(gateway.Street.Open[0].Tokens[0]);
        gateway.Run(2);
        client.Socket.Unread = 100_001;
        gateway.Run(3);
        Assert.Equal((1013, "slow consumer: send buffer full"), (client.Socket.ClosedWith, client.Socket.CloseReason));
    }

    [Fact]
    public void A_client_that_never_catches_up_is_closed_with_1013()
    {
        var gateway = new BookGateway(sessions: new SessionRules { OutboxBytes = 100_000 });
        var client = gateway.Connect().Follow(gateway.Street.Open[0].Tokens[0]);
        gateway.Run(2);
        client.Socket.Unread = 50_000;
        gateway.Run(29);
        Assert.True(client.Socket.IsOpen);
        gateway.Run(5);
        Assert.Equal(1013, client.Socket.ClosedWith);
    }

    [Fact]
    public void More_tokens_than_a_socket_may_follow_are_refused_and_what_it_has_stays()
    {
        var gateway = new BookGateway(sessions: new SessionRules { BookTokens = 3 });
        var tokens = gateway.Street.Open.Select(static market => market.Tokens[0].Id).ToList();
        Assert.Equal(1008, gateway.Connect().Open(tokens.Take(4)).Socket.ClosedWith);
        var client = gateway.Connect().Open(tokens.Take(2));
        gateway.Run(1);
        client.Forget();
        Assert.Equal("INVALID OPERATION", client.Subscribe(tokens.Skip(2).Take(2)).Next());
        gateway.Run(2);
        Assert.Contains("price_change", client.Kinds);
    }

    [Fact]
    public void What_it_follows_is_on_record_and_who_flips_tokens_makes_an_entry_in_ten_minutes_at_most()
    {
        var client = _gateway.Connect().Follow(Busy);
        _gateway.Run(1);
        for (var i = 0; i < 30; i++)
        {
            client.Subscribe(Other.Id).Unsubscribe(Other.Id);
            _gateway.Run(60);
        }
        client.Socket.Session.Tell(new SessionMessage.Gone());
        _gateway.Run(1);
        var acts = _gateway.Ledger.Drain().OfType<LedgerMessage.ClientFact>().Select(static fact => fact.Act).ToList();
        Assert.Equal([Deed.Opened, Deed.Changed, Deed.Changed, Deed.Changed, Deed.Closed], acts.Select(static act => act.Deed));
        Assert.Equal(Busy.Id, acts[0].Detail);
        Assert.StartsWith($"{Busy.Id}, after ", acts[1].Detail, StringComparison.Ordinal);
        Assert.All(acts, static act => Assert.Equal("clob-market", act.Protocol));
    }

    [Fact]
    public void To_leave_a_token_does_not_touch_custom_features()
    {
        var client = _gateway.Connect().Open(Busy.Id, Other.Id);
        _gateway.Run(1);
        client.Say($"{{\"operation\":\"unsubscribe\",\"assets_ids\":[\"{Other.Id}\"]}}").Forget();
        _gateway.Run(5);
        Assert.Contains("best_bid_ask", client.Kinds);
    }

    [Fact]
    public void A_planned_stop_closes_with_1012()
    {
        var client = _gateway.Connect().Open();
        _gateway.Sessions.Tell(new SessionsMessage.Broadcast(new SessionMessage.Leave(CloseReason.PlannedStop), ExtendedOnly: false));
        _gateway.Run(0.1);
        Assert.Equal(1012, client.Socket.ClosedWith);
    }

    [Fact]
    public void A_token_that_begins_to_trade_later_is_found_and_comes_in_an_array_of_its_own()
    {
        var gateway = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromSeconds(60), BookRate = 2 });
        var future = new BookGateway(world: new WorldSettings { Window = TimeSpan.FromSeconds(60), BookRate = 2 }).Run(65);
        var next = future.Street.Open.First(market => gateway.Street.Open.All(known => known.ConditionId != market.ConditionId)).Tokens[0];
        var client = gateway.Connect().Follow(next);
        gateway.Run(3);
        Assert.Equal("[]\n", client.Next());
        gateway.Run(100);
        Assert.Equal(next.Id, client.Read().Whole[0].Token);
        Assert.StartsWith("[{", client.Texts.First(static text => text.Contains("bids", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_on_the_line_is_no_book()
    {
        var client = _gateway.Connect(extended: true).Follow(Busy);
        _gateway.Run(2);
        _gateway.Street.Strike(FaultKind.Garbage, 3, static fault => fault with { Share = 0.3 });
        _gateway.Street.Strike(FaultKind.Text, 3, static fault => fault with { Share = 0.3 });
        _gateway.Run(30);
        Assert.Equal(BookStreet.BookOf(Busy), client.BookOf(Busy));
        Assert.Empty(client.Stale);
    }
}
