using Oddswire.Actors.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Protocols.Dome;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

/// <summary>How far a connection is, as sessions note it once a second, and what the tape tells of the fills.</summary>
public sealed class SampleTests
{
    private static readonly Key Desk = Made.Key(Tier.Enterprise);

    private readonly Gateway _gateway = new(rules: new SessionRules { ReplayPage = 2 });

    private List<PositionSample> Samples() => [.. _gateway.Traces.Drain().OfType<TraceMessage.Sampled>().SelectMany(static sampled => sampled.Samples)];

    private void Second() => _gateway.Kit.Advance(TimeSpan.FromSeconds(1));

    private long Now => _gateway.Kit.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public void Who_has_moved_is_sampled_once_with_the_stretch_and_the_two_seconds()
    {
        var client = _gateway.Connect();
        var id = client.Subscribe(OrderFilter.Of(Made.Wallet(1)));
        client.Subscribe(OrderFilter.Of(Made.Wallet(404)));
        Second();
        Assert.Empty(Samples());
        var since = Now;
        _gateway.Fill(Made.Log(1, 1, user: 2), Made.Log(1, 2), Made.Log(1, 3, user: 2));
        _gateway.Fill(Made.Log(2, 1));
        Assert.Empty(Samples());
        Second();
        Assert.Equal(new PositionSample(id, "1", since, Now, 2, 4, 0), Assert.Single(Samples()));
        Second();
        Assert.Empty(Samples());
    }

    [Fact]
    public void The_last_stretch_is_told_when_the_subscription_or_its_socket_ends()
    {
        var client = _gateway.Connect();
        var first = client.Subscribe(OrderFilter.Of(Made.Wallet(1)));
        var second = client.Subscribe(OrderFilter.Of(Made.Wallet(2)));
        Samples();
        client.Unread = 7;
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2, user: 2));
        client.Send(new DomeCommand.Unsubscribe(first));
        client.Session.Tell(new SessionMessage.Leave(CloseReason.Slow));
        Assert.Equal([(first, 1L, 7L), (second, 2L, 7L)], Samples().Select(static sample => (sample.Subscription, sample.Last, sample.Unread)));
    }

    [Fact]
    public void What_native_clients_are_not_sent_is_not_noted_as_written()
    {
        _gateway.Kit.Advance(TimeSpan.FromMinutes(2));
        var native = _gateway.Connect();
        native.Subscribe(OrderFilter.Of(Made.Wallet(1)));
        var extended = _gateway.Connect(extended: true);
        var id = extended.Subscribe(OrderFilter.Of(Made.Wallet(1)));
        _gateway.Fill(Made.Log(1, 1));
        Second();
        Assert.Equal(id, Assert.Single(Samples()).Subscription);
    }

    [Fact]
    public void A_durable_one_that_is_told_again_has_a_stretch_for_each_time_and_its_sockets_are_on_record()
    {
        var probe = _gateway.Kit.Probe<SubscriptionAnswer>();
        _gateway.Subscriptions.Tell(new DurableCommand.Create(new(Desk, "127.0.0.1"), "c1", "desk-7", OrderFilter.Of(Made.Wallet(1)), null, probe));
        var id = Assert.IsType<SubscriptionAnswer.Done>(probe.Expect<SubscriptionAnswer>()).Subscription.Id;
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2), Made.Log(1, 3), Made.Log(1, 4));
        var first = _gateway.Attach(id, Desk);
        Second();
        Assert.Equal((1L, 4L), Assert.Single(Samples()) is var sample ? (sample.First, sample.Last) : default);
        var second = _gateway.Attach(id, Desk);
        Second();
        Assert.Equal([("2", 1L, 4L)], Samples().Select(static sample => (sample.Session, sample.First, sample.Last)));
        Assert.Equal(4009, first.ClosedWith);
        second.Session.Tell(new SessionMessage.Gone());
        _gateway.Kit.Settle();
        var acts = _gateway.Ledger.Drain().OfType<LedgerMessage.ClientFact>().Select(static fact => fact.Act).Where(act => act.Subscriptions.Contains(id)).ToList();
        Assert.Equal(
            [(Deed.Attached, null), (Deed.Attached, null), (Deed.Detached, 4009), (Deed.Detached, null)],
            acts.Select(static act => (act.Deed, act.Code)).OrderBy(static act => act.Deed).ThenByDescending(static act => act.Code ?? 0));
        Assert.All(acts, static act => Assert.Equal((Desk.Name, "127.0.0.1"), (act.Key, act.Address)));
    }

    [Fact]
    public void The_tape_tells_who_told_of_a_fill_first_and_what_became_of_it()
    {
        var at = Now;
        _gateway.Fill(Made.Log(1, 1));
        var trace = Assert.Single(Traces());
        Assert.Equal((1, Made.Tx(1), Made.Log(1, 1).Order), (trace.Offset, trace.Tx, trace.Order));
        Assert.Equal([new FillMark(MarkKind.Log, "polygon/1", at), new FillMark(MarkKind.Numbered, "", at)], trace.Marks);
        _gateway.Fill(Made.Log(1, 1));
        Assert.Empty(Traces());     // told again by the same feed: no news
        Second();
        _gateway.Removed(1, 1);
        Assert.Equal([new FillMark(MarkKind.Removed, "", Now)], Assert.Single(Traces()).Marks);

        List<FillTrace> Traces() => [.. _gateway.Traces.Drain().OfType<TraceMessage.Told>().SelectMany(static told => told.Fills)];
    }

    [Fact]
    public void While_the_tape_cannot_be_written_it_says_that_fills_went_ahead()
    {
        _gateway.Store.IsDown = true;
        _gateway.Fill(Made.Log(1, 1));
        _gateway.Store.IsDown = false;
        Second();
        Second();
        var trace = Assert.Single(_gateway.Traces.Drain().OfType<TraceMessage.Told>().SelectMany(static told => told.Fills));
        Assert.Equal([MarkKind.Log, MarkKind.SentAhead, MarkKind.Numbered], trace.Marks.Select(static mark => mark.Kind));
    }
}
