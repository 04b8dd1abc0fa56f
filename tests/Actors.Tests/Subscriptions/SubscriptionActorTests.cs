using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Subscriptions;

public sealed class SubscriptionActorTests
{
    private readonly TestSystem _kit = new();
    private readonly Probe<HubMessage> _wallets;
    private readonly Probe<HubMessage> _markets;
    private readonly Probe<SessionMessage> _session;
    private readonly ActorRef<SubscriptionMessage> _subscriptions;
    private readonly SubscriptionId _id = SubscriptionId.Next(new Random(1));

    public SubscriptionActorTests()
    {
        _wallets = _kit.Probe<HubMessage>();
        _markets = _kit.Probe<HubMessage>();
        _session = _kit.Probe<SessionMessage>();
        _subscriptions = _kit.Spawn(() => new SubscriptionsActor(new DurableWiring(_kit.Probe<TapeMessage>(), new MemoryTape(), default, [_wallets, _markets])), "subscriptions");
        Tell(new SubscriptionMessage.Open(_id, OrderFilter.Of(Made.Wallet(1)), new Letterbox(_session)));
    }

    private void Tell(SubscriptionMessage message)
    {
        _subscriptions.Tell(message);
        _kit.Settle();
    }

    private Route Followed(Probe<HubMessage> directory)
    {
        var follow = directory.Expect<HubMessage.Follow>();
        follow.ReplyTo.Tell(new Following(_id));
        _kit.Settle();
        return follow.Route;
    }

    private void Settled()
    {
        foreach (var directory in (Probe<HubMessage>[])[_wallets, _markets])
            directory.Expect<HubMessage.Settle>().ReplyTo.Tell(new Following(_id));
        _kit.Settle();
    }

    [Fact]
    public void It_is_open_when_every_directory_has_its_route()
    {
        Assert.Equal(_id, Followed(_wallets).Subscription);
        _session.ExpectNothing();
        Followed(_markets);
        _session.Expect(new SessionMessage.Opened(_id));
    }

    [Fact]
    public void Changes_take_hold_one_after_the_other()
    {
        Followed(_wallets);
        Followed(_markets);
        _session.Drain();
        Tell(new SubscriptionMessage.Update(_id, OrderFilter.Of(Made.Wallet(2))));
        Tell(new SubscriptionMessage.Update(_id, OrderFilter.Of(Made.Wallet(3))));
        Assert.True(Followed(_wallets).Filter.Matches(Made.Row(1, user: 2)));
        _wallets.ExpectNothing();
        Followed(_markets);
        Settled();
        _session.Expect(new SessionMessage.Updated(_id));
        Assert.True(Followed(_wallets).Filter.Matches(Made.Row(1, user: 3)));
        Followed(_markets);
        _session.ExpectNothing();
        Settled();
        _session.Expect(new SessionMessage.Updated(_id));
    }

    [Fact]
    public void Closed_it_takes_its_routes_back_and_its_session_hears_nothing_more()
    {
        Tell(new SubscriptionMessage.Close(_id));
        Assert.Contains(new HubMessage.Unfollow(_id), _wallets.Drain());
        Assert.Contains(new HubMessage.Unfollow(_id), _markets.Drain());
        _session.ExpectNothing();
    }

    [Fact]
    public void An_end_that_nobody_asked_for_is_told_so_that_no_client_waits_in_vain()
    {
        _kit.Restart(_subscriptions);
        Assert.Contains(new SessionMessage.Ended(_id), _session.Drain());
    }
}
