using System.Text;
using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Subscriptions;

/// <summary>How much a durable subscription may miss, and who is told what when it is more.</summary>
public sealed class ArrearsTests
{
    private static readonly Key Desk = Made.Key(Tier.Enterprise);
    private static readonly DurableRules AnHour = new() { Keep = TimeSpan.FromHours(1) };

    private static Caller By() => new(Desk, "127.0.0.1");

    private static SubscriptionInfo Ask(Gateway gateway, Func<ActorRef<SubscriptionAnswer>, SubscriptionMessage> command)
    {
        var probe = gateway.Kit.Probe<SubscriptionAnswer>();
        gateway.Subscriptions.Tell(command(probe));
        return Assert.IsType<SubscriptionAnswer.Done>(probe.Expect<SubscriptionAnswer>()).Subscription;
    }

    private static SubscriptionInfo Create(Gateway gateway, int wallet = 1) =>
        Ask(gateway, to => new DurableCommand.Create(By(), "c1", "", OrderFilter.Of(Made.Wallet(wallet)), null, to));

    private static SubscriptionInfo Get(Gateway gateway, SubscriptionId id) => Ask(gateway, to => new DurableCommand.Get(id, By(), to));

    private static DomeServerFrame First(FakeClient client) => DomeServerFrameCodec.Decode(Encoding.UTF8.GetBytes(client.Drain()[0]));

    [Fact]
    public void What_has_not_acknowledged_a_fill_for_too_long_expires_asleep_and_who_attaches_is_told()
    {
        var gateway = new Gateway(durable: AnHour);
        var id = Create(gateway).Id;
        gateway.Fill(Made.Log(1, 1));
        gateway.Kit.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(SubscriptionState.Active, Get(gateway, id).State);
        gateway.Kit.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(SubscriptionState.Expired, Get(gateway, id).State);
        var refused = Assert.IsType<DomeServerFrame.Error>(First(gateway.Attach(id, Desk)));
        Assert.Equal(("POSITION_TOO_OLD", new Position(3, 1)), (refused.Code, refused.Oldest));

        Ask(gateway, to => new DurableCommand.Resume(id, By(), "r", Skip: true, to));
        Assert.IsType<DomeServerFrame.Attached>(First(gateway.Attach(id, Desk)));
    }

    [Fact]
    public void At_the_moment_of_attaching_it_is_looked_and_not_only_now_and_then()
    {
        var gateway = new Gateway(durable: AnHour with { MaxBytes = 3_000 });
        var id = Create(gateway).Id;
        gateway.Fill([.. Enumerable.Range(1, 20).Select(static n => Made.Log(n, 1))]);
        Assert.IsType<DomeServerFrame.Error>(First(gateway.Attach(id, Desk)));
        Assert.Equal(SubscriptionState.Expired, Get(gateway, id).State);
    }

    [Fact]
    public void The_size_of_what_matches_counts_and_of_nothing_else()
    {
        var gateway = new Gateway(durable: AnHour with { MaxBytes = 3_000 });
        var id = Create(gateway).Id;
        gateway.Fill([.. Enumerable.Range(1, 2_000).Select(static n => Made.Log(n, 1, user: 2))]);
        gateway.Fill(Made.Log(3_000, 1));
        gateway.Kit.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(SubscriptionState.Active, Get(gateway, id).State);
        gateway.Fill([.. Enumerable.Range(4_000, 20).Select(static n => Made.Log(n, 1))]);
        gateway.Kit.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(SubscriptionState.Expired, Get(gateway, id).State);
    }

    /// <summary>Nothing was there for the filter of before, so its position moved on by itself, and which filter that was is forgotten.</summary>
    [Theory]
    [InlineData(1_000)]
    [InlineData(10)]
    public void Attached_and_quiet_for_long_it_gets_by_a_new_filter_only_what_comes_after_it(int mostStored)
    {
        var gateway = new Gateway(mostStored: mostStored, durable: AnHour with { Keep = TimeSpan.FromMinutes(1) });
        var id = Create(gateway, wallet: 9).Id;
        var client = gateway.Attach(id, Desk);
        Assert.IsType<DomeServerFrame.Attached>(First(client));
        for (var n = 1; n <= 5; n++)
        {
            gateway.Fill([.. Enumerable.Range(1, 8).Select(of => Made.Log((100 * n) + of, 1))]);
            gateway.Kit.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal(new Position(3, 40), Get(gateway, id).Acknowledged);

        Ask(gateway, to => new DurableCommand.Change(id, By(), "u1", OrderFilter.Of(Made.Wallet(1)), null, to));
        gateway.Fill(Made.Log(900, 1));
        var told = Assert.IsType<DomeServerFrame.Event>(First(client));
        Assert.Equal(new Position(3, 41), told.Position);
    }

    [Fact]
    public void A_subscription_of_which_nothing_was_on_the_tape_has_missed_nothing_however_long_ago_it_acknowledged()
    {
        var gateway = new Gateway(mostStored: 10, durable: AnHour);
        var id = Create(gateway, wallet: 9).Id;
        for (var hour = 0; hour < 24; hour++)
        {
            gateway.Fill([.. Enumerable.Range(1, 6).Select(n => Made.Log((100 * hour) + n, 1))]);
            gateway.Kit.Advance(TimeSpan.FromHours(1));
        }
        Assert.Equal(SubscriptionState.Active, Get(gateway, id).State);
        Assert.Equal(new Position(3, 144), Get(gateway, id).Acknowledged);
        var client = gateway.Attach(id, Desk);
        Assert.IsType<DomeServerFrame.Attached>(First(client));
        gateway.Fill(Made.Log(9_999, 1, user: 9));
        Assert.Equal(new Position(3, 145), Assert.IsType<DomeServerFrame.Event>(First(client)).Position);
    }

    [Fact]
    public void What_was_seen_on_the_tape_and_is_deleted_since_was_missed()
    {
        var gateway = new Gateway(mostStored: 10, durable: AnHour);
        var id = Create(gateway).Id;
        gateway.Fill(Made.Log(1, 1));
        gateway.Kit.Advance(TimeSpan.FromMinutes(8));     // it was looked at
        for (var n = 2; n <= 30; n++)
            gateway.Fill(Made.Log(n, 1, user: 2));
        Assert.Equal("POSITION_TOO_OLD", Assert.IsType<DomeServerFrame.Error>(First(gateway.Attach(id, Desk))).Code);
        Assert.Equal(SubscriptionState.Expired, Get(gateway, id).State);
    }

    [Fact]
    public void An_attached_client_that_acknowledges_nothing_is_not_cut_off_in_the_middle()
    {
        var gateway = new Gateway(durable: AnHour);
        var id = Create(gateway).Id;
        var client = gateway.Attach(id, Desk);
        gateway.Fill(Made.Log(1, 1));
        gateway.Kit.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(SubscriptionState.Active, Get(gateway, id).State);
        Assert.Equal(2, client.Drain().Count);
    }

    [Fact]
    public void A_pause_is_no_excuse_and_a_tape_that_cannot_be_read_is()
    {
        var gateway = new Gateway(durable: AnHour);
        var id = Create(gateway).Id;
        Ask(gateway, to => new DurableCommand.Pause(id, By(), "p", to));
        gateway.Fill(Made.Log(1, 1));
        gateway.Store.CannotBeRead = true;
        gateway.Kit.Advance(TimeSpan.FromMinutes(70));
        Assert.Equal(SubscriptionState.Paused, Get(gateway, id).State);
        gateway.Store.CannotBeRead = false;
        gateway.Kit.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(SubscriptionState.Expired, Get(gateway, id).State);
    }

    [Fact]
    public void A_stop_that_overtakes_the_reading_of_the_journal_finds_nobody_who_looks()
    {
        var gateway = new Gateway(durable: AnHour);
        Create(gateway);
        var kit = new TestSystem(2, journal: gateway.Kit.Journal);
        kit.Journal.HoldReads();
        var wiring = new DurableWiring(kit.Probe<TapeMessage>(), gateway.Store, new Fence("gateway", 1), []) { Rules = AnHour };
        kit.Spawn(() => new SubscriptionsActor(wiring), "subscriptions");
        kit.Settle();
        var stopped = kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(5)));
        kit.Advance(TimeSpan.FromSeconds(6));
        kit.Journal.ReleaseReads();
        kit.Settle();
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.DoesNotContain(kit.DeadLetters, static letter => letter.Cause is not null);
        Assert.DoesNotContain(kit.Log.Lines, static line => line.Cause is not null);
    }
}
