using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.Dome;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

/// <summary>What sessions tell the ledger.</summary>
public sealed class SessionRecordTests
{
    private readonly Gateway _gateway = new();

    private List<ClientAct> Acts()
    {
        _gateway.Kit.Settle();
        return [.. _gateway.Ledger.Drain().OfType<LedgerMessage.ClientFact>().Select(static fact => fact.Act)];
    }

    [Fact]
    public void Opened_changed_and_closed_with_who_and_what()
    {
        var key = Made.Key();
        var client = _gateway.Connect(key: key);
        var id = client.Subscribe(OrderFilter.Of(Made.Wallet(1)));
        client.Send(new DomeCommand.Update(id, OrderFilter.Of(Made.Wallet(2))), new DomeCommand.Unsubscribe(id));
        var acts = Acts();
        Assert.Equal([Deed.Opened, Deed.Changed, Deed.Closed], acts.Select(static act => act.Deed));
        Assert.All(acts, act => Assert.Equal((key.Name, "127.0.0.1", "dome", id), (act.Key, act.Address, act.Protocol, Assert.Single(act.Subscriptions))));
        Assert.Equal(OrderFilter.Of(Made.Wallet(1)), acts[0].Filter);
        Assert.Equal(OrderFilter.Of(Made.Wallet(2)), acts[1].Filter);
    }

    [Fact]
    public void All_that_ends_with_a_socket_is_one_entry_with_the_reason()
    {
        var client = _gateway.Connect();
        var ids = new[] { client.Subscribe(OrderFilter.Of(Made.Wallet(1))), client.Subscribe(OrderFilter.Of(Made.Wallet(2))) };
        Acts();
        client.Session.Tell(new SessionMessage.Leave(CloseReason.Revoked));
        var closed = Assert.Single(Acts());
        Assert.Equal((Deed.Closed, "the key was revoked"), (closed.Deed, closed.Reason));
        Assert.Equal(ids.Order(Comparer<Messages.Values.SubscriptionId>.Create(static (a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))).Select(static id => id.ToString()),
            closed.Subscriptions.Select(static id => id.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Refused_with_the_code_that_the_client_got_and_what_it_asked()
    {
        var client = _gateway.Connect(key: Made.Key() with { Limits = KeyLimits.Of(Tier.Free) });
        client.Send(new DomeCommand.Subscribe(OrderFilter.Everything, null));
        client.Send("no json");
        var acts = Acts();
        Assert.All(acts, static act => Assert.Equal(Deed.Refused, act.Deed));
        Assert.Equal(["WILDCARD_NOT_ALLOWED", "INVALID_FILTERS"], acts.Select(static act => act.Reason));
        Assert.Equal((OrderFilter.Everything, null), (acts[0].Filter, acts[1].Filter));
    }

    [Fact]
    public void A_flood_that_closes_the_socket_is_refused_on_record()
    {
        var client = _gateway.Connect();
        client.Session.Tell(new SessionMessage.Violated(CloseReason.RateExceeded));
        Assert.Equal("RATE_EXCEEDED", Assert.Single(Acts()).Reason);
    }
}
