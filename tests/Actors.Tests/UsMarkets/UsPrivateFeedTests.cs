using System.Text;
using System.Text.Json;
using Oddswire.Actors.Accounts;
using Oddswire.Actors.Feeds;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues.PolymarketUs;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.UsMarkets;

/// <summary>The private socket from the stand-in's account to what sessions are told of it.</summary>
public sealed class UsPrivateFeedTests
{
    private const UsSubscriptionType Order = UsSubscriptionType.Order;
    private const UsSubscriptionType Snapshot = UsSubscriptionType.OrderSnapshot;
    private const UsSubscriptionType Position = UsSubscriptionType.Position;
    private const UsSubscriptionType Balance = UsSubscriptionType.AccountBalance;

    private readonly TestSystem _kit = new();
    private readonly UsStreet _street;
    private readonly Probe<LedgerMessage> _ledger;
    private readonly ActorRef<UsAccountMessage> _accounts;

    public UsPrivateFeedTests() : this(new UsRules())
    {
    }

    private UsPrivateFeedTests(UsRules rules)
    {
        _street = new UsStreet(_kit, seed: 1, markets: 6, rules);
        _ledger = _kit.Probe<LedgerMessage>();
        _accounts = _kit.Spawn(() => new AccountsActor<UsAccountMessage>(["main"], name => UsAccountActor.Instances(name, _ledger)), "us-accounts");
        var feed = new FeedSettings("us-private-main", SourceKind.Follower, new(new Uri("ws://venue/v1/ws/private"), []), static () => new UsPrivateConversation(new UsPrivateRules()))
        {
            UsAccount = "main",
            Sign = static now => [.. UsStreet.Sign(now, UsSocket.Private)],
            Silence = null,
            Backoff = new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), Jitter.Full),
        };
        var tape = _kit.Probe<TapeMessage>();
        _kit.Spawn(() => new SingleFeedActor(feed, _street, tape, _ledger, static () => [], usAccounts: _accounts), "us-private-main");
        _kit.Settle();
    }

    [Fact]
    public void Any_number_of_clients_is_one_subscription_of_each_type()
    {
        Probe<SessionMessage>[] clients = [Follow(Order), Follow(Order), Follow(Position), Follow(Balance)];
        Run(60);
        Assert.Equal(["ACCOUNT_BALANCE", "ORDER", "POSITION"], _street.Subscribed("us-private").Select(static one => one.Type).Order());
        var told = Orders(clients[0]);
        Assert.NotEmpty(told);
        Assert.Equal(told, Orders(clients[1]));
    }

    [Fact]
    public void Who_comes_late_is_told_the_open_orders_the_positions_and_the_balance_as_they_are()
    {
        Run(60);
        var state = Joined(Follow(Order)).State;
        Assert.Equal(_street.StandIn.Us.Account.Open.Select(static order => order.Id).Order(), state.Orders!.Value.Select(static order => Json(order.Json).GetProperty("id").GetString()!).Order());
        Assert.Equal(
            _street.StandIn.Us.Account.Open.ToDictionary(static order => order.Id, static order => order.Leaves / 100m),
            state.Orders!.Value.ToDictionary(static order => Json(order.Json).GetProperty("id").GetString()!, static order => Json(order.Json).GetProperty("leavesQuantity").GetDecimal()));
        var holdings = _street.StandIn.Us.Account.Holdings.ToDictionary(static held => held.Market.Slug, static held => held.Net / 100m);
        Assert.NotEmpty(state.Positions);
        Assert.All(state.Positions, position => Assert.Equal(holdings[position.Slug], decimal.Parse(Json(position.Json).GetProperty("netPositionDecimal").GetString()!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(_street.StandIn.Us.Account.Funds.Cash, Json(state.Balances!).GetProperty("balances")[0].GetProperty("currentBalance").GetDecimal());
    }

    [Fact]
    public void Held_pieces_are_the_bytes_of_the_venue_in_either_spelling()
    {
        Run(60);
        var order = Joined(Follow(Order)).State.Orders!.Value[0];
        Assert.StartsWith("""{"id":""", Encoding.UTF8.GetString(order.Json.Camel.Span), StringComparison.Ordinal);
        Assert.Contains("\"market_slug\":", Encoding.UTF8.GetString(order.Json.Snake.Span), StringComparison.Ordinal);
        Assert.True(order.Json.Snake.Equals(order.Json.Snake));
    }

    [Fact]
    public void Each_execution_is_told_once_to_who_follows_orders_and_to_nobody_else()
    {
        var (orders, balance) = (Follow(Order), Follow(Balance));
        Run(5);
        _street.Strike(FaultKind.Duplicate, 120, static fault => fault with { Share = 0.5 }, "us-private");
        Run(60);
        var told = Orders(orders);
        Assert.True(told.Count > 10);
        Assert.Distinct(told);
        Assert.All(Told(balance), static fact => Assert.Equal(Balance, fact.Type));
    }

    [Fact]
    public void After_a_reconnect_the_orders_are_told_anew_and_what_could_not_be_seen_is_a_gap_on_record()
    {
        Run(60);
        var (orders, waits, positions) = (Follow(Order), Follow(Snapshot), Follow(Position));
        Joined(orders);
        _street.Strike(FaultKind.Hang, 40, venue: "us-private");
        _street.Strike(FaultKind.Drop, venue: "us-private");
        Run(20);
        var late = Joined(Follow(Position));
        Assert.Equal((null, 0, null, false), (late.State.Orders?.Length, late.State.Positions.Length, late.State.Balances, late.IsLive));
        Run(60);
        var told = Read(orders);
        Assert.Equal([true, false], told.OfType<SessionMessage.AccountGapTold>().Select(static gap => gap.Gap.To is null));
        foreach (var client in new[] { told, Read(waits) })
            Assert.Contains(client, static message => message is UsAccountNews.Told { Fact: UsAccountFact.Orders { Open.Length: > 0 } });
        Assert.DoesNotContain(Read(positions), static message => message is UsAccountNews.Told { Fact: UsAccountFact.Orders });
        Assert.Equal(
            [("us-private-main", GapState.Open), ("us-private-main", GapState.Lost)],
            _ledger.Drain().OfType<LedgerMessage.GapFact>().Select(static fact => (fact.Gap.Source, fact.Gap.State)));
    }

    [Fact]
    public void A_connection_that_is_frozen_while_its_heartbeats_go_on_is_found_by_asking_for_the_orders()
    {
        Run(60);
        var client = Follow(Order);
        _street.Strike(FaultKind.FreezeKeepPongs, 600, static fault => fault with { Connection = "oldest" }, "us-private");
        Run(60);
        Assert.Equal(2, _street.Dials.Count);
        Assert.Contains(_ledger.Drain().OfType<LedgerMessage.FeedFact>(), static fact => fact.Kind == "silent");
        Run(10);
        Assert.Equal(_street.StandIn.Us.Account.Open.Count, Joined(Follow(Order)).State.Orders!.Value.Length);
        Assert.NotEmpty(Orders(client));
    }

    [Fact]
    public void Events_that_were_lost_on_the_way_show_when_the_orders_are_asked_for()
    {
        Run(20);
        var client = Follow(Order);
        _street.Strike(FaultKind.Mute, 60, static fault => fault with { Topic = "orderSubscriptionUpdate" }, "us-private");
        _street.Strike(FaultKind.Mute, 60, static fault => fault with { Topic = "positionSubscription" }, "us-private");
        _street.Strike(FaultKind.Mute, 60, static fault => fault with { Topic = "accountBalancesUpdate" }, "us-private");
        Run(50);
        Assert.Contains(Read(client), static message => message is UsAccountNews.Told { Fact: UsAccountFact.Orders });
        Assert.Contains(_ledger.Drain().OfType<LedgerMessage.FeedFact>(), static fact => fact.Kind == "gap" && fact.Detail.Contains("events were missed", StringComparison.Ordinal));
        Assert.Single(_street.Dials);
    }

    [Fact]
    public void A_quiet_account_is_no_silent_one()
    {
        Run(20);
        _street.Use(static standIn =>
        {
            standIn.World.Pause();
            return true;
        });
        Run(3600);
        Assert.Single(_street.Dials);
        Assert.DoesNotContain(_ledger.Drain().OfType<LedgerMessage.FeedFact>(), static fact => fact.Kind is not "connected");
    }

    [Fact]
    public void Older_keys_of_the_venue_are_handed_on_as_today_s()
    {
        var older = new UsPrivateFeedTests(new UsRules { LegacyPayloads = true });
        var client = older.Follow(Position);
        older.Run(60);
        var told = older.Told(client).OfType<UsAccountFact.PositionChanged>().ToList();
        Assert.NotEmpty(told);
        Assert.All(told, static fact => Assert.Equal(fact.Slug, Json(fact.Payload).GetProperty("afterPosition").GetProperty("marketMetadata").GetProperty("slug").GetString()));
        Assert.NotEmpty(older.Joined(older.Follow(Position)).State.Positions);
    }

    [Fact]
    public void An_account_that_there_is_not_is_said_so()
    {
        var session = _kit.Probe<SessionMessage>();
        _accounts.Tell(new UsAccountMessage.Follow("other", session, Order, "r"));
        Assert.Equal("other", session.Expect<SessionMessage.NoAccount>().Account);
    }

    [Fact]
    public void The_signature_of_the_other_socket_opens_nothing_and_each_dial_has_its_own()
    {
        for (var i = 0; i < 3; i++)
        {
            Run(45);
            _street.Strike(FaultKind.Drop, venue: "us-private");
        }
        Run(45);
        Assert.Equal((4, 0), (_street.Dials.Count, _street.Venue("us-private").Refused));
    }

    private Probe<SessionMessage> Follow(UsSubscriptionType type)
    {
        var session = _kit.Probe<SessionMessage>();
        _accounts.Tell(new UsAccountMessage.Follow("main", session, type, "r-1"));
        _kit.Settle();
        return session;
    }

    private void Run(double seconds) => _kit.Advance(TimeSpan.FromSeconds(seconds));

    private List<SessionMessage> Read(Probe<SessionMessage> client)
    {
        _kit.Settle();
        return [.. client.Drain()];
    }

    private UsAccountNews.Joined Joined(Probe<SessionMessage> client) => Read(client).OfType<UsAccountNews.Joined>().Single();

    private List<UsAccountFact> Told(Probe<SessionMessage> client) => [.. Read(client).OfType<UsAccountNews.Told>().Select(static told => told.Fact)];

    private List<string> Orders(Probe<SessionMessage> client) =>
        [.. Told(client).OfType<UsAccountFact.OrderChanged>().Select(static fact => Json(fact.Payload).GetProperty("execution").GetProperty("id").GetString()!)];

    private static JsonElement Json(UsPayload payload) => JsonElement.Parse(payload.Camel.Span);
}
