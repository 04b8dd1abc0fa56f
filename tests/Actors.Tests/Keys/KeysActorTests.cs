using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Dome;
using Xunit;

namespace Oddswire.Actors.Tests.Keys;

public sealed class KeysActorTests
{
    private static readonly Key Free = Made.Key(Tier.Free, "free");

    private readonly Gateway _gateway = new();

    private static DomeCommand.Subscribe Subscribe(int wallet) => new(OrderFilter.Of(Made.Wallet(wallet)), null);

    /// <summary>A socket with all that the key may have.</summary>
    private FakeClient Full()
    {
        var client = _gateway.Connect(key: Free);
        client.Send(Subscribe(1), Subscribe(2));
        client.Acknowledged();
        client.Acknowledged();
        return client;
    }

    [Fact]
    public void A_client_that_comes_back_is_not_refused_because_of_its_own_ghost()
    {
        var ghost = Full();
        var back = _gateway.Connect(key: Free);
        back.Send(Subscribe(1));
        Assert.Equal(1, ghost.Pings);
        back.ExpectNothing();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(ghost.Aborted);
        _gateway.Kit.Advance(TimeSpan.FromSeconds(0.7));
        Assert.True(ghost.Aborted);
        back.Acknowledged();
        back.Send(Subscribe(2));
        back.Acknowledged();
    }

    [Fact]
    public void Sockets_that_prove_themselves_stay_and_the_newcomer_is_refused()
    {
        var alive = Full();
        var other = _gateway.Connect(key: Free);
        other.Send(Subscribe(3));
        alive.Session.Tell(new SessionMessage.Alive());
        _gateway.Kit.Advance(TimeSpan.FromSeconds(3));
        Assert.True(alive.IsOpen);
        Assert.Equal("SUBSCRIPTION_LIMIT", other.Expect<DomeServerFrame.Error>().Code);
        Assert.True(other.IsOpen);
    }

    [Fact]
    public void A_socket_alone_is_refused_at_once()
    {
        var client = Full();
        client.Send(Subscribe(3));
        Assert.Equal("SUBSCRIPTION_LIMIT", client.Expect<DomeServerFrame.Error>().Code);
    }

    [Fact]
    public void Subscriptions_count_per_key_over_its_sockets_and_no_other_key_s()
    {
        Full();
        var other = _gateway.Connect(key: Made.Key(Tier.Free, "other"));
        other.Send(Subscribe(1));
        other.Acknowledged();
    }

    [Fact]
    public void Two_that_wait_share_what_the_ghost_leaves()
    {
        Full();
        var first = _gateway.Connect(key: Free);
        var second = _gateway.Connect(key: Free);
        first.Send(Subscribe(1));
        second.Send(Subscribe(2));
        first.Session.Tell(new SessionMessage.Alive());
        second.Session.Tell(new SessionMessage.Alive());
        _gateway.Kit.Advance(TimeSpan.FromSeconds(3));
        first.Acknowledged();
        second.Acknowledged();
    }

    [Fact]
    public void A_key_that_holds_no_longer_closes_its_sockets_with_1008()
    {
        var client = Full();
        var other = _gateway.Connect();
        _gateway.Keys.Tell(new KeyMessage.CloseSessions("free"));
        _gateway.Kit.Settle();
        Assert.Equal(1008, client.ClosedWith);
        Assert.True(other.IsOpen);
    }

    [Fact]
    public void A_restart_forgets_nobody_and_nothing_that_is_held()
    {
        var client = Full();
        _gateway.Kit.Restart(_gateway.Keys);
        client.Send(Subscribe(3));
        client.ExpectNothing();     // first everybody is counted
        _gateway.Kit.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal("SUBSCRIPTION_LIMIT", client.Expect<DomeServerFrame.Error>().Code);
        var other = _gateway.Connect(key: Free);
        other.Send(Subscribe(3));
        Assert.Equal(1, client.Pings);      // it counts as one of the key's sockets again
    }

    [Fact]
    public void A_session_that_waited_for_a_place_when_its_keeper_failed_gets_its_answer()
    {
        var ghost = Full();
        var back = _gateway.Connect(key: Free);
        back.Send(Subscribe(1));
        back.ExpectNothing();       // the ghost has two seconds to prove itself
        _gateway.Kit.Restart(_gateway.Keys);
        _gateway.Kit.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal(2, ghost.Pings);
        _gateway.Kit.Advance(TimeSpan.FromSeconds(3));
        back.Acknowledged();
        back.ExpectNothing();
    }

    [Fact]
    public void A_session_that_entered_meanwhile_is_counted_once()
    {
        var client = _gateway.Connect(key: Free);
        client.Send(Subscribe(1));
        client.Acknowledged();
        client.Session.Tell(new SessionMessage.EnterAgain());
        client.Send(Subscribe(2));
        client.Acknowledged();
        client.Send(Subscribe(3));
        Assert.Equal("SUBSCRIPTION_LIMIT", client.Expect<DomeServerFrame.Error>().Code);
    }

    [Fact]
    public void Sockets_that_pass_the_door_in_one_moment_are_limited_all_the_same()
    {
        var key = Free with { Limits = Free.Limits with { Connections = 2 } };
        var clients = Enumerable.Range(0, 3).Select(_ => _gateway.Connect(key: key)).ToList();
        _gateway.Kit.Settle();
        Assert.Equal([null, null, 1008], clients.Select(client => client.ClosedWith));
    }
}
