using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class DomeSessionTests
{
    private readonly Gateway _gateway = new();

    private static OrderFilter Wallets(params int[] wallets) => OrderFilter.Of([.. wallets.Select(Made.Wallet)]);

    [Fact]
    public void A_hundred_thousand_wallets_in_one_subscription_are_normal_work_and_changing_one_of_them_is_small()
    {
        var client = _gateway.Connect(key: Made.Key(Tier.Enterprise));
        var id = client.Subscribe(OrderFilter.Of([.. Enumerable.Range(0, 100_000).Select(Made.Wallet)]));
        _gateway.Fill(Made.Log(1, 1, user: 77_777), Made.Log(1, 2, user: 100_000));
        Assert.Equal(Made.Wallet(77_777), client.Expect<DomeServerFrame.Event>().Fill.User);
        client.ExpectNothing();
        var steps = _gateway.Kit.Dispatcher.Steps;
        client.Send(new DomeCommand.Update(id, OrderFilter.Of([.. Enumerable.Range(1, 100_000).Select(Made.Wallet)])));
        Assert.Equal(id, client.Acknowledged());
        _gateway.Fill(Made.Log(2, 1, user: 0), Made.Log(2, 2, user: 100_000), Made.Log(2, 3, user: 77_777));
        Assert.Equal([Made.Wallet(100_000), Made.Wallet(77_777)], new[] { client.Expect<DomeServerFrame.Event>().Fill.User, client.Expect<DomeServerFrame.Event>().Fill.User });
        Assert.InRange(_gateway.Kit.Dispatcher.Steps - steps, 1, 250_000);
    }

    [Fact]
    public void The_ack_comes_before_any_event_whatever_runs_first()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var gateway = new Gateway(seed);
            var client = gateway.Connect();
            gateway.Begin(Made.Log(1, 1));
            client.Session.Tell(new SessionMessage.Heard("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}"""u8.ToArray()));
            gateway.Begin(Made.Log(2, 1));
            gateway.Kit.Settle();
            gateway.Fill(Made.Log(3, 1));
            var id = client.Expect<DomeServerFrame.Ack>().SubscriptionId;
            var events = client.Drain();
            Assert.All(events, frame => Assert.StartsWith($$"""{"type":"event","subscription_id":"{{id}}",""", frame));
            Assert.Contains(Made.Tx(3).ToString(), events[^1]);
        }
    }

    [Fact]
    public void A_native_event_is_what_Dome_sent_and_nothing_more()
    {
        var client = _gateway.Connect();
        var id = client.Subscribe(Wallets(1));
        _gateway.Fill(Made.Log(1, 7), Made.Log(1, 8, user: 2));
        var frame = Assert.Single(client.Drain());
        Assert.StartsWith($$$"""{"type":"event","subscription_id":"{{{id}}}","data":{""", frame);
        Assert.EndsWith("}}", frame);
        Assert.DoesNotContain("position", frame);
        Assert.Contains("\"log_index\":7", frame);
    }

    [Fact]
    public void Answers_come_in_the_order_of_the_questions()
    {
        var client = _gateway.Connect();
        var unknown = WireText.Parse<SubscriptionId>("sub_aaaaaaaaaa");
        client.Send(
            new DomeCommand.Subscribe(Wallets(1), null),
            new DomeCommand.Update(unknown, Wallets(2)),
            new DomeCommand.Subscribe(Wallets(3), null));
        client.Expect<DomeServerFrame.Ack>();
        var error = client.Expect<DomeServerFrame.Error>();
        Assert.Equal(("SUBSCRIPTION_NOT_FOUND", "update", unknown.ToString()), (error.Code, error.Action, error.SubscriptionId));
        client.Expect<DomeServerFrame.Ack>();
        client.ExpectNothing();
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"action":"subscribe"}""")]
    [InlineData("""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{}}""")]
    public void A_frame_that_is_wrong_gets_an_error_and_the_socket_stays(string frame)
    {
        var client = _gateway.Connect();
        client.Send(frame);
        Assert.Equal("INVALID_FILTERS", client.Expect<DomeServerFrame.Error>().Code);
        Assert.True(client.IsOpen);
        client.Subscribe(Wallets(1));
    }

    [Fact]
    public void A_tier_s_limits_are_errors_and_change_nothing()
    {
        var client = _gateway.Connect(key: Made.Key(Tier.Free));
        var id = client.Subscribe(Wallets(1));
        client.Send(new DomeCommand.Update(id, OrderFilter.Everything));
        Assert.Equal("WILDCARD_NOT_ALLOWED", client.Expect<DomeServerFrame.Error>().Code);
        client.Send(new DomeCommand.Update(id, Wallets(1, 2, 3, 4, 5, 6)));
        Assert.Equal("ITEMS_PER_SUB_LIMIT", client.Expect<DomeServerFrame.Error>().Code);
        client.Subscribe(Wallets(2));
        client.Send(new DomeCommand.Subscribe(Wallets(3), null));
        Assert.Equal("SUBSCRIPTION_LIMIT", client.Expect<DomeServerFrame.Error>().Code);
        _gateway.Fill(Made.Log(1, 1, user: 3), Made.Log(1, 2));
        Assert.Equal(2, client.Expect<DomeServerFrame.Event>().Fill.LogIndex);
        client.ExpectNothing();
    }

    [Fact]
    public void An_unsubscribed_subscription_is_silent_frees_its_place_and_gets_no_ack()
    {
        var client = _gateway.Connect(key: Made.Key(Tier.Free));
        var id = client.Subscribe(Wallets(1));
        client.Subscribe(Wallets(2));
        client.Send(new DomeCommand.Unsubscribe(id));
        _gateway.Fill(Made.Log(1, 1));
        client.ExpectNothing();
        client.Subscribe(Wallets(3));
        client.Send(new DomeCommand.Unsubscribe(id));
        Assert.Equal("SUBSCRIPTION_NOT_FOUND", client.Expect<DomeServerFrame.Error>().Code);
    }

    [Fact]
    public void Nobody_ends_or_changes_the_subscription_of_another_socket()
    {
        var owner = _gateway.Connect();
        var id = owner.Subscribe(Wallets(1));
        var other = _gateway.Connect();
        other.Send(new DomeCommand.Unsubscribe(id), new DomeCommand.Update(id, Wallets(2)));
        Assert.Equal("SUBSCRIPTION_NOT_FOUND", other.Expect<DomeServerFrame.Error>().Code);
        Assert.Equal("SUBSCRIPTION_NOT_FOUND", other.Expect<DomeServerFrame.Error>().Code);
        _gateway.Fill(Made.Log(1, 1));
        owner.Expect<DomeServerFrame.Event>();
    }

    [Fact]
    public void An_update_replaces_the_filter_and_keeps_the_id()
    {
        var client = _gateway.Connect();
        var id = client.Subscribe(Wallets(1, 2));
        client.Send(new DomeCommand.Update(id, Wallets(2, 3)));
        Assert.Equal(id, client.Acknowledged());
        _gateway.Fill(Made.Log(1, 1, user: 1), Made.Log(1, 2, user: 2), Made.Log(1, 3, user: 3));
        Assert.Equal(2, client.Expect<DomeServerFrame.Event>().Fill.LogIndex);
        Assert.Equal(3, client.Expect<DomeServerFrame.Event>().Fill.LogIndex);
        client.ExpectNothing();
    }

    [Fact]
    public void A_subscription_gets_its_fills_once_and_in_tape_order_through_many_hubs()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var gateway = new Gateway(seed);
            var client = gateway.Connect();
            client.Subscribe(Wallets([.. Enumerable.Range(1, 10)]));
            client.Subscribe(new OrderFilter { Conditions = Wanted.Of(Made.Condition(1)), Slugs = Wanted.Of("market-1", "other") });
            for (var tx = 1; tx <= 5; tx++)
                gateway.Begin([.. Enumerable.Range(1, 20).Select(n => Made.Log(tx, n, user: 1 + ((n * 7) % 10)))]);
            gateway.Kit.Settle();
            var perSubscription = client.Drain().GroupBy(frame => frame[..60]).ToList();
            Assert.Equal(2, perSubscription.Count);
            var expected = Enumerable.Range(1, 5).SelectMany(tx => Enumerable.Range(1, 20).Select(n => (Made.Tx(tx), (int?)n)));
            Assert.All(perSubscription, frames => Assert.Equal(expected, frames.Select(frame =>
            {
                var fill = ((DomeServerFrame.Event)DomeServerFrameCodec.Decode(System.Text.Encoding.UTF8.GetBytes(frame))).Fill;
                return (fill.Tx, fill.LogIndex);
            })));
        }
    }

    [Fact]
    public void A_late_fill_is_marked_for_ext_and_kept_from_natives()
    {
        var native = _gateway.Connect();
        var extended = _gateway.Connect(extended: true);
        native.Subscribe(Wallets(1));
        extended.Subscribe(Wallets(1));
        _gateway.Kit.Advance(TimeSpan.FromSeconds(29));
        _gateway.Fill(Made.Log(1, 1) with { Timestamp = Made.Start - 60 });
        native.ExpectNothing();
        var told = extended.Expect<DomeServerFrame.Event>();
        Assert.Equal((EventMarks.Late, new Position(3, 1)), (told.Marks, told.Position!.Value));
    }

    [Fact]
    public void A_removed_and_a_confirmed_fill_are_told_to_ext_with_the_position_of_the_fill()
    {
        var native = _gateway.Connect();
        var extended = _gateway.Connect(extended: true);
        native.Subscribe(Wallets(1));
        extended.Subscribe(Wallets(1));
        _gateway.Fill(Made.Log(1, 7));
        _gateway.Removed(1, 7);
        _gateway.Fill(Made.Log(1, 7, block: 101));
        Assert.Single(native.Drain());
        Assert.Equal(new Position(3, 1), extended.Expect<DomeServerFrame.Event>().Position);
        var removed = extended.Expect<DomeServerFrame.Removed>();
        Assert.Equal((new Position(3, 1), 7), (removed.Position, removed.LogIndex));
        var confirmed = extended.Expect<DomeServerFrame.Confirmed>();
        Assert.Equal((new Position(3, 1), 101L), (confirmed.Position, confirmed.Fill.Block!.Value));
    }

    [Fact]
    public void Gaps_are_told_to_ext_sockets_that_follow_something()
    {
        var idle = _gateway.Connect(extended: true);
        var native = _gateway.Connect();
        var extended = _gateway.Connect(extended: true);
        native.Subscribe(Wallets(1));
        extended.Subscribe(Wallets(1));
        var gap = new Gap(GapId.Next(new Random(1)), "orders", 1_000, null, "lost", GapState.Open);
        _gateway.Sessions.Tell(new SessionsMessage.Broadcast(new SessionMessage.GapChanged(gap), ExtendedOnly: true));
        Assert.Equal(gap, extended.Expect<DomeServerFrame.GapChanged>().Gap);
        idle.ExpectNothing();
        native.ExpectNothing();
    }

    [Fact]
    public void A_client_that_does_not_read_is_closed_with_1013_and_others_go_on()
    {
        var gateway = new Gateway(rules: new SessionRules { OutboxBytes = 1_000 });
        var slow = gateway.Connect();
        var healthy = gateway.Connect();
        slow.Subscribe(Wallets(1));
        healthy.Subscribe(Wallets(1));
        slow.Unread = 1_001;
        gateway.Fill(Made.Log(1, 1));
        Assert.Equal(1013, slow.ClosedWith);
        healthy.Expect<DomeServerFrame.Event>();
        gateway.Fill(Made.Log(2, 1));
        healthy.Expect<DomeServerFrame.Event>();
        Assert.Single(slow.Drain());
    }

    [Fact]
    public void A_dead_client_is_dropped_within_90_seconds_after_two_pings_whenever_it_came()
    {
        _gateway.Kit.Advance(TimeSpan.FromMinutes(5));
        var dead = _gateway.Connect();
        var alive = _gateway.Connect();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, dead.Pings);
        for (var second = 30; second <= 62; second++)
        {
            alive.Session.Tell(new SessionMessage.Alive());
            _gateway.Kit.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(2, dead.Pings);
        Assert.False(dead.Aborted);
        for (var second = 63; second <= 92; second++)
        {
            alive.Session.Tell(new SessionMessage.Alive());
            _gateway.Kit.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.True(dead.Aborted);
        Assert.True(alive.IsOpen);
        Assert.Equal(0, alive.Pings);
    }

    [Fact]
    public void Commands_wait_for_the_one_before_them_and_too_many_of_them_close_the_socket_with_1008()
    {
        var ghost = _gateway.Connect(key: Made.Key(Tier.Free));
        ghost.Subscribe(OrderFilter.Of(Made.Wallet(1)));
        ghost.Subscribe(OrderFilter.Of(Made.Wallet(2)));
        var client = _gateway.Connect(key: Made.Key(Tier.Free));
        client.Send(new DomeCommand.Subscribe(OrderFilter.Of(Made.Wallet(1)), null));     // the ghost has two seconds
        for (var n = 0; n < 64; n++)
            client.Send("nonsense");
        Assert.True(client.IsOpen);
        client.ExpectNothing();
        client.Send("nonsense");
        Assert.Equal(1008, client.ClosedWith);
    }

    [Theory]
    [InlineData(CloseReason.PlannedStop, 1012)]
    [InlineData(CloseReason.TooLarge, 1009)]
    [InlineData(CloseReason.Binary, 1003)]
    [InlineData(CloseReason.Internal, 1011)]
    public void Every_reason_has_its_close_code(CloseReason reason, int code)
    {
        var client = _gateway.Connect();
        client.Subscribe(Wallets(1));
        _gateway.Sessions.Tell(new SessionsMessage.Broadcast(new SessionMessage.Leave(reason), ExtendedOnly: false));
        _gateway.Kit.Settle();
        Assert.Equal(code, client.ClosedWith);
        _gateway.Fill(Made.Log(1, 1));
        client.ExpectNothing();
    }

    [Fact]
    public async Task Who_comes_in_while_the_gateway_stops_is_sent_away_like_everybody()
    {
        var before = _gateway.Connect();
        Assert.True(await _gateway.Kit.Ask<SessionsMessage, bool>(_gateway.Sessions, reply => new SessionsMessage.Leave(reply)));
        Assert.Equal((1012, 1012), (before.ClosedWith, _gateway.Connect().ClosedWith));
        Assert.Equal(0, await _gateway.Kit.Ask<SessionsMessage, int>(_gateway.Sessions, reply => new SessionsMessage.Count(reply)));
    }

    [Fact]
    public async Task A_socket_that_is_gone_leaves_nothing_behind()
    {
        var client = _gateway.Connect();
        client.Subscribe(Wallets(1));
        client.Session.Tell(new SessionMessage.Gone());
        _gateway.Kit.Settle();
        Assert.Null(client.ClosedWith);
        Assert.Equal(0, await _gateway.Kit.Ask<SessionsMessage, int>(_gateway.Sessions, reply => new SessionsMessage.Count(reply)));
        Assert.Equal(0, await _gateway.Kit.Ask<KeyMessage, int>(_gateway.Keys, reply => new KeyMessage.CountSessions("desk", reply)));
        var before = _gateway.Kit.DeadLetters.Count;
        _gateway.Fill(Made.Log(1, 1));
        Assert.Equal(before, _gateway.Kit.DeadLetters.Count);
    }
}
