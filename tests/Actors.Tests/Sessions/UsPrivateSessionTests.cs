using System.Collections.Immutable;
using System.Text;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Keys;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class UsPrivateSessionTests
{
    private static readonly UsRules Rules = new() { SnapshotChunk = 2 };

    private readonly Gateway _gateway = new(rules: new SessionRules { Us = Rules });
    private readonly Gateway _silent = new(rules: new SessionRules { Us = Rules with { SnapshotOnSubscribe = false } });

    private FakeClient Connect(Gateway? at = null, bool legacy = false, bool snake = false, bool extended = false) => (at ?? _gateway).Connect(
        extended, Made.Key() with { Scopes = ["account:main"], Kind = KeyKind.Ed25519, Signing = new SigningKey("desk", "", legacy, snake) }, protocol: SessionProtocol.UsPrivate);

    private static string Request(string id, string type, string slugs = "") =>
        $$"""{"subscribe":{"requestId":"{{id}}","subscriptionType":"SUBSCRIPTION_TYPE_{{type}}"{{(slugs.Length == 0 ? "" : $",\"marketSlugs\":[{slugs}]")}} } }""";

    private static UsPayload Json(string json) => UsRespelling.Share(Encoding.UTF8.GetBytes(json));

    private static ImmutableArray<UsHeld> Held(params ReadOnlySpan<string> slugs)
    {
        var held = ImmutableArray.CreateBuilder<UsHeld>();
        foreach (var slug in slugs)
            held.Add(new UsHeld(slug, Json($$"""{"marketSlug":"{{slug}}"}""")));
        return held.DrainToImmutable();
    }

    private static UsAccountState State(ImmutableArray<UsHeld>? orders = null, ImmutableArray<UsHeld>? positions = null, string? balances = null) =>
        new(orders, positions ?? [], balances is null ? null : Json(balances));

    /// <summary>Answers what was followed last.</summary>
    private static void Answer(Gateway at, UsAccountState state)
    {
        var follow = (UsAccountMessage.Follow)at.UsAccounts.Drain()[^1];
        Assert.Equal("main", follow.Account);
        follow.Session.Tell(new UsAccountNews.Joined("main", follow.Type, follow.Request, state, IsLive: true));
        at.Kit.Settle();
    }

    private FakeClient Subscribed(string request, UsAccountState state, bool legacy = false, bool snake = false, Gateway? at = null)
    {
        var client = Connect(at, legacy, snake);
        client.Send(request);
        client.ExpectNothing();
        Answer(at ?? _gateway, state);
        return client;
    }

    private static string Frame(string type, string key, string payload, string id = "r") =>
        $$"""{"requestId":"{{id}}","subscriptionType":"SUBSCRIPTION_TYPE_{{type}}","{{key}}":""" + payload + "}";

    private static UsAccountNews.Told Order(string slug) => new("main", new UsAccountFact.OrderChanged(slug, Json($$"""{"execution":{"tradeId":"{{slug}}"}""" + "}")));

    [Fact]
    public void Orders_that_are_held_come_first_in_chunks_up_to_eof_and_then_what_changes()
    {
        var client = Connect();
        client.Send(Request("r", "ORDER"));
        client.Session.Tell(Order("before"));       // of another request's time
        Answer(_gateway, State(Held("a", "b", "c")));
        client.Session.Tell(Order("a"));
        Assert.Equal(
            [
                Frame("ORDER", "orderSubscriptionSnapshot", """{"orders":[{"marketSlug":"a"},{"marketSlug":"b"}],"eof":false}"""),
                Frame("ORDER", "orderSubscriptionSnapshot", """{"orders":[{"marketSlug":"c"}],"eof":true}"""),
                Frame("ORDER", "orderSubscriptionUpdate", """{"execution":{"tradeId":"a"}}"""),
            ], client.Drain());
    }

    [Fact]
    public void Without_open_orders_one_empty_chunk_says_so_and_slugs_restrict_it()
    {
        Assert.Equal([Frame("ORDER", "orderSubscriptionSnapshot", """{"orders":[],"eof":true}""")], Subscribed(Request("r", "ORDER"), State(Held())).Drain());
        var client = Subscribed(Request("r", "ORDER", "\"b\""), State(Held("a", "b", "c")));
        client.Session.Tell(Order("a"));
        client.Session.Tell(Order("b"));
        Assert.Equal(
            [Frame("ORDER", "orderSubscriptionSnapshot", """{"orders":[{"marketSlug":"b"}],"eof":true}"""), Frame("ORDER", "orderSubscriptionUpdate", """{"execution":{"tradeId":"b"}}""")], client.Drain());
    }

    [Fact]
    public void Where_the_setting_says_so_orders_and_positions_are_silent_until_something_happens()
    {
        var client = Subscribed(Request("r", "ORDER"), State(Held("a")), at: _silent);
        client.ExpectNothing();
        Subscribed(Request("r", "POSITION"), State(positions: Held("a")), at: _silent).ExpectNothing();
        // After a time in which nobody listened, what is open is told all the same.
        client.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.Orders(Held("b"))));
        _silent.Kit.Settle();
        Assert.Single(client.Drain());
    }

    [Fact]
    public void A_snapshot_comes_once_and_its_id_is_free_then()
    {
        var client = Subscribed(Request("r", "ORDER_SNAPSHOT"), State(Held("a")));
        Assert.Equal([Frame("ORDER_SNAPSHOT", "orderSubscriptionSnapshot", """{"orders":[{"marketSlug":"a"}],"eof":true}""")], client.Drain());
        Assert.Equal(UsSubscriptionType.OrderSnapshot, _gateway.UsAccounts.Expect<UsAccountMessage.Unfollow>().Type);
        client.Session.Tell(Order("a"));
        client.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.Orders(Held("b"))));
        client.ExpectNothing();
        client.Send(Request("r", "ORDER_SNAPSHOT"));
        Answer(_gateway, State(Held()));
        Assert.Single(client.Drain());
    }

    [Fact]
    public void What_is_not_known_yet_comes_when_it_is()
    {
        var orders = Subscribed(Request("r", "ORDER"), State());
        orders.ExpectNothing();
        var snapshot = Subscribed(Request("r", "ORDER_SNAPSHOT"), State());
        snapshot.ExpectNothing();
        var balances = Subscribed(Request("r", "ACCOUNT_BALANCE"), State());
        balances.ExpectNothing();
        foreach (var client in new[] { orders, snapshot })
            client.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.Orders(Held("a"))));
        balances.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.Balances(Json("""{"balances":[]}"""))));
        Assert.Contains("\"eof\":true", Assert.Single(orders.Drain()), StringComparison.Ordinal);
        Assert.Contains("\"eof\":true", Assert.Single(snapshot.Drain()), StringComparison.Ordinal);
        Assert.Equal([Frame("ACCOUNT_BALANCE", "accountBalancesSnapshot", """{"balances":[]}""")], balances.Drain());
    }

    [Fact]
    public void A_snapshot_that_nobody_can_make_fails_as_the_venue_s_does()
    {
        var client = Subscribed(Request("r", "ORDER_SNAPSHOT"), State());
        _gateway.Kit.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([Frame("ORDER_SNAPSHOT", "orderSubscriptionSnapshot", "{\"orders\":[],\"eof\":true},\"error\":\"deadline exceeded\"")], client.Drain());
        client.Send(Request("r", "ORDER_SNAPSHOT"));
        client.ExpectNothing();
    }

    [Fact]
    public void Positions_that_are_held_come_as_changes_without_a_cause()
    {
        var client = Subscribed(Request("r", "POSITION", "\"b\""), State(positions: Held("a", "b")));
        Assert.Equal(
            [
                Frame("POSITION", "positionSubscription", """{"beforePosition":null,"afterPosition":{"marketSlug":"b"},"updateTime":null,"entryType":"LEDGER_ENTRY_TYPE_UNDEFINED","tradeId":"","referenceId":"","description":"","allocationGroupId":"","transferReferenceTradeIds":[],"shortTransfer":false,"updateTradeDate":null}"""),
            ], client.Drain());
        client.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.PositionChanged("b", Json("""{"afterPosition":null}"""), null)));
        client.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.PositionChanged("a", Json("""{"afterPosition":null}"""), null)));
        Assert.Equal([Frame("POSITION", "positionSubscription", """{"afterPosition":null}""")], client.Drain());
    }

    [Fact]
    public void A_legacy_key_gets_positions_and_balances_under_the_older_names()
    {
        var positions = Subscribed(Request("r", "POSITION"), State(positions: Held("a", "b", "c")), legacy: true);
        positions.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.PositionChanged("a", Json("{}"), Json("""{"netPosition":"2"}"""))));
        positions.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.PositionChanged("b", Json("{}"), null)));
        var told = positions.Drain();
        Assert.Equal(
            [
                Frame("POSITION", "positionSubscriptionSnapshot", """{"positions":{"a":{"marketSlug":"a"},"b":{"marketSlug":"b"}},"eof":false}"""),
                Frame("POSITION", "positionSubscriptionSnapshot", """{"positions":{"c":{"marketSlug":"c"}},"eof":true}"""),
                Frame("POSITION", "positionSubscriptionUpdate", """{"marketSlug":"a","position":{"netPosition":"2"}}"""),
            ], told[..3]);
        Assert.StartsWith("""{"requestId":"r","subscriptionType":"SUBSCRIPTION_TYPE_POSITION","positionSubscriptionUpdate":{"marketSlug":"b","position":{"netPosition":"0",""", told[3], StringComparison.Ordinal);
        var balances = Subscribed(Request("r", "ACCOUNT_BALANCE"), State(balances: """{"balances":[]}"""), legacy: true);
        balances.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.BalanceChanged(Json("{}"), 990.5m, 850m)));
        Assert.Equal(
            [Frame("ACCOUNT_BALANCE", "accountBalancesSnapshot", """{"balances":[]}"""), Frame("ACCOUNT_BALANCE", "accountBalanceSubscriptionUpdate", """{"balance":990.5,"buyingPower":850}""")], balances.Drain());
    }

    [Fact]
    public void Everything_is_in_snake_case_for_a_key_that_wants_it_but_for_slugs()
    {
        var orders = Subscribed(Request("r", "ORDER"), State(Held("a")), snake: true);
        Assert.Equal(["""{"request_id":"r","subscription_type":1,"order_subscription_snapshot":{"orders":[{"market_slug":"a"}],"eof":true}}"""], orders.Drain());
        var positions = Subscribed(Request("r", "POSITION"), State(positions: Held("Ab")), legacy: true, snake: true);
        Assert.Equal(["""{"request_id":"r","subscription_type":3,"position_subscription_snapshot":{"positions":{"Ab":{"market_slug":"Ab"}},"eof":true}}"""], positions.Drain());
        var modern = Subscribed(Request("r", "POSITION"), State(positions: Held("a")), snake: true);
        Assert.Contains("\"after_position\":{\"market_slug\":\"a\"},\"update_time\":null,\"entry_type\":", Assert.Single(modern.Drain()), StringComparison.Ordinal);
        var balances = Subscribed(Request("r", "ACCOUNT_BALANCE"), State(), legacy: true, snake: true);
        balances.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.BalanceChanged(Json("{}"), 1m, 2m)));
        Assert.Equal(["""{"request_id":"r","subscription_type":4,"account_balance_subscription_update":{"balance":1,"buying_power":2}}"""], balances.Drain());
    }

    [Fact]
    public void Requests_of_one_type_are_one_follow_each_and_left_with_the_last()
    {
        var client = Subscribed(Request("x", "ORDER", "\"a\""), State(Held()));
        client.Send(Request("y", "ORDER", "\"b\""));
        Answer(_gateway, State(Held()));
        client.Drain();
        client.Session.Tell(Order("b"));
        Assert.Equal([Frame("ORDER", "orderSubscriptionUpdate", """{"execution":{"tradeId":"b"}}""", "y")], client.Drain());
        client.Send("""{"unsubscribe":{"requestId":"y"}}""");
        _gateway.UsAccounts.ExpectNothing();
        client.Send("""{"unsubscribe":{"requestId":"x"}}""");
        _gateway.UsAccounts.Expect<UsAccountMessage.Unfollow>();
    }

    [Fact]
    public void An_answer_to_a_request_that_is_gone_is_not_for_the_next_one_of_its_id()
    {
        var client = Connect();
        client.Send(Request("r", "ORDER"));
        var first = (UsAccountMessage.Follow)_gateway.UsAccounts.Drain()[0];
        client.Send("""{"unsubscribe":{"requestId":"r"}}""");
        client.Send(Request("r", "ORDER"));
        client.Drain();
        first.Session.Tell(new UsAccountNews.Joined("main", first.Type, first.Request, State(Held("old")), IsLive: true));
        client.ExpectNothing();
        Answer(_gateway, State(Held("new")));
        Assert.Contains("new", Assert.Single(client.Drain()), StringComparison.Ordinal);
    }

    [Fact]
    public void Rfqs_are_handed_on_and_gaps_told_to_who_asked_for_more()
    {
        var client = Connect(extended: true);
        client.Send(Request("r", "RFQ"));
        Answer(_gateway, State());
        client.Session.Tell(new UsAccountNews.Told("main", new UsAccountFact.Rfq(Json("""{"rfqCreated":null}"""))));
        client.Session.Tell(new SessionMessage.AccountGapTold(new AccountGap("main", 1, 2, "lost")));
        var told = client.Drain();
        Assert.Equal(Frame("RFQ", "rfqEvent", """{"rfqCreated":null}"""), told[0]);
        Assert.StartsWith("""{"type":"gateway.gap",""", told[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_that_is_not_there_ends_the_socket()
    {
        var client = Connect();
        client.Send(Request("r", "ORDER"));
        client.Session.Tell(new SessionMessage.NoAccount("main"));
        _gateway.Kit.Settle();
        Assert.Equal(1008, client.ClosedWith);
    }
}
