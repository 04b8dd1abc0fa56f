using System.Text;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Tests.Sessions;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Actors.Tests.Subscriptions.DurableDesk;

namespace Oddswire.Actors.Tests.Subscriptions;

/// <summary>Durable subscriptions, from the command to the client's frames, with real actors in between.</summary>
public sealed class DurableSubscriptionTests
{
    private readonly Gateway _gateway = new(rules: new SessionRules { ReplayPage = 2 });

    private SubscriptionInfo Done(Func<ActorRef<SubscriptionAnswer>, SubscriptionMessage> command) => DurableDesk.Done(_gateway, command);
    private SubscriptionRefusal Refused(Func<ActorRef<SubscriptionAnswer>, SubscriptionMessage> command) => Assert.IsType<SubscriptionAnswer.Refused>(Ask(_gateway, command)).Why;
    private SubscriptionInfo Create(string commandId = "c1", Position? from = null, params int[] wallets) => DurableDesk.Create(_gateway, commandId, from, wallets is [] ? [1] : wallets);

    private static void Acknowledge(FakeClient client, SubscriptionId id, long offset, Gateway gateway)
    {
        client.Send(new DomeCommand.Acknowledge(id, new Position(3, offset)));
        gateway.Kit.Advance(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void An_attachment_begins_with_its_position_and_the_head_and_goes_on_live()
    {
        var created = Create();
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2, user: 2), Made.Log(1, 3));
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(2, 1));
        var frames = Frames(client);
        var attached = Assert.IsType<DomeServerFrame.Attached>(frames[0]);
        Assert.Equal((created.Acknowledged, new Position(3, 3)), (attached.Position, attached.Head));
        Assert.Equal([1L, 3, 4], frames.OfType<DomeServerFrame.Event>().Select(told => told.Position!.Value.Offset));
        Assert.All(frames.OfType<DomeServerFrame.Event>(), told => Assert.Equal(EventMarks.None, told.Marks));
    }

    [Fact]
    public void After_an_interruption_comes_everything_behind_the_last_acknowledgement_and_what_may_be_known_says_so()
    {
        var created = Create();
        var first = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2), Made.Log(1, 3));
        Acknowledge(first, created.Id, 1, _gateway);
        Assert.Equal([1L, 2, 3], Told(first));
        first.Session.Tell(new SessionMessage.Gone());
        _gateway.Kit.Settle();
        _gateway.Fill(Made.Log(2, 1));
        var frames = Frames(_gateway.Attach(created.Id, Desk));
        Assert.Equal(
            [(2L, EventMarks.Replayed), (3, EventMarks.Replayed), (4, EventMarks.None)],
            frames.OfType<DomeServerFrame.Event>().Select(told => (told.Position!.Value.Offset, told.Marks)));
    }

    [Fact]
    public void The_newer_attachment_closes_the_older_with_4009()
    {
        var created = Create();
        var older = _gateway.Attach(created.Id, Desk);
        var newer = _gateway.Attach(created.Id, Desk);
        _gateway.Kit.Settle();
        Assert.Equal(4009, older.ClosedWith);
        _gateway.Fill(Made.Log(1, 1));
        Assert.Equal([1L], Told(newer));
        Assert.True(newer.IsOpen);
    }

    [Fact]
    public void It_outlives_the_process_and_an_acknowledgement_older_than_a_second_is_kept()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2), Made.Log(1, 3));
        Acknowledge(client, created.Id, 2, _gateway);
        var next = new Gateway(seed: 2, before: _gateway);
        next.Fill(Made.Log(2, 1));
        var frames = Frames(next.Attach(created.Id, Desk));
        Assert.Equal(
            [(3L, EventMarks.Replayed), (4, EventMarks.None)],
            frames.OfType<DomeServerFrame.Event>().Select(told => (told.Position!.Value.Offset, told.Marks)));
        Assert.Equal("desk-7", Assert.IsType<SubscriptionAnswer.Done>(Ask(next, to => new DurableCommand.Get(created.Id, By(), to))).Subscription.Name);
    }

    [Fact]
    public void A_changed_filter_holds_from_its_offset_live_and_in_every_replay()
    {
        var created = Create(wallets: 1);
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1, user: 1), Made.Log(1, 2, user: 2));
        Done(to => new DurableCommand.Change(created.Id, By(), "u1", Following(2), null, to));
        _gateway.Fill(Made.Log(2, 1, user: 1), Made.Log(2, 2, user: 2));
        Assert.Equal([1L, 4], Told(client));
        Assert.Equal([1L, 4], Told(_gateway.Attach(created.Id, Desk)));
        var next = new Gateway(seed: 2, before: _gateway);
        Assert.Equal([1L, 4], Told(next.Attach(created.Id, Desk)));
    }

    [Fact]
    public void Paused_it_sends_nothing_and_loses_nothing()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1));
        Acknowledge(client, created.Id, 1, _gateway);
        Assert.Equal(SubscriptionState.Paused, Done(to => new DurableCommand.Pause(created.Id, By(), "p", to)).State);
        _gateway.Fill(Made.Log(2, 1), Made.Log(2, 2));
        Assert.Equal([1L], Told(client));
        var other = _gateway.Attach(created.Id, Desk);
        Assert.IsType<DomeServerFrame.Attached>(Assert.Single(Frames(other)));
        Done(to => new DurableCommand.Resume(created.Id, By(), "r", Skip: false, to));
        _gateway.Fill(Made.Log(3, 1));
        Assert.Equal([2L, 3, 4], Told(other));
    }

    [Fact]
    public void Resumed_it_tells_again_what_was_not_acknowledged_and_says_so()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2));
        Acknowledge(client, created.Id, 1, _gateway);
        Done(to => new DurableCommand.Pause(created.Id, By(), "p", to));
        _gateway.Fill(Made.Log(2, 1));
        client.Drain();
        Done(to => new DurableCommand.Resume(created.Id, By(), "r", Skip: false, to));
        _gateway.Kit.Settle();
        Assert.Equal(
            [(2L, EventMarks.Replayed), (3, EventMarks.None)],
            Frames(client).OfType<DomeServerFrame.Event>().Select(told => (told.Position!.Value.Offset, told.Marks)));
    }

    /// <summary>Seed 7169 of the simulation: given twice by a client that had waited for the first answer too long.</summary>
    [Fact]
    public void Resumed_while_it_sends_it_tells_nothing_again()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2));
        Assert.Equal([1L, 2], Told(client));
        Done(to => new DurableCommand.Resume(created.Id, By(), "r", Skip: false, to));
        _gateway.Fill(Made.Log(2, 1));
        Assert.Equal([3L], Told(client));
    }

    /// <summary>Seed 21854 of the simulation: told from further back, and sent on to there by the next change of its filter.</summary>
    [Fact]
    public void An_attachment_goes_on_behind_what_was_acknowledged_a_moment_ago()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2), Made.Log(1, 3));
        client.Send(new DomeCommand.Acknowledge(created.Id, new Position(3, 1)));
        _gateway.Kit.Journal.FailNext();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(1));
        client.Send(new DomeCommand.Acknowledge(created.Id, new Position(3, 2)));
        var later = _gateway.Attach(created.Id, Desk);
        _gateway.Kit.Advance(TimeSpan.FromMilliseconds(500));      // the journal is back
        var next = Frames(later);
        Assert.Equal(new Position(3, 2), Assert.IsType<DomeServerFrame.Attached>(next[0]).Position);
        Assert.Equal([3L], next.OfType<DomeServerFrame.Event>().Select(told => told.Position!.Value.Offset));
    }

    /// <summary>Seed 24706 of the simulation: looked for by the filter before, a change of which held from further back.</summary>
    [Fact]
    public void What_was_looked_for_by_an_older_filter_puts_nothing_behind_the_newer()
    {
        var older = Following(1);
        var created = Done(to => new DurableCommand.Create(By(), "c1", "desk-7", older, null, to));
        Done(to => new DurableCommand.Change(created.Id, By(), "u1", Following(2), null, to));
        _gateway.Fill(Made.Log(1, 1, user: 2), Made.Log(1, 2, user: 2));
        var seen = new Arrears(After: 0, Through: 2, Bytes: 0, First: null, FirstOffset: 0, By: older, Torn: false);
        _gateway.Subscriptions.Tell(new ArrearsSeen(created.Id, created.Acknowledged, seen, new TapeHead(3, 1, 2, null, null)));
        _gateway.Kit.Settle();
        Assert.Equal([1L, 2], Told(_gateway.Attach(created.Id, Desk)));
    }

    [Fact]
    public void A_page_of_a_replay_is_never_too_much_for_who_reads_it()
    {
        var gateway = new Gateway(rules: new SessionRules { OutboxBytes = 16_384 });
        var created = Assert.IsType<SubscriptionAnswer.Done>(Ask(gateway, to => new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, to))).Subscription;
        gateway.Fill([.. Enumerable.Range(1, 100).Select(n => Made.Log(n, 1))]);
        var client = gateway.Attach(created.Id, Desk);
        Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), Told(client));
        Assert.InRange(client.MostAtOnce, 1, 8_192);
    }

    [Fact]
    public void Resumed_with_skip_it_goes_on_from_now()
    {
        var created = Create();
        Done(to => new DurableCommand.Pause(created.Id, By(), "p", to));
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2));
        Assert.Equal(new Position(3, 2), Done(to => new DurableCommand.Resume(created.Id, By(), "r", Skip: true, to)).Acknowledged);
        _gateway.Fill(Made.Log(2, 1));
        Assert.Equal([3L], Told(_gateway.Attach(created.Id, Desk)));
    }

    [Fact]
    public void A_command_given_again_happens_once_and_another_of_the_same_id_is_refused()
    {
        var created = Create("c1");
        _gateway.Fill(Made.Log(1, 1));
        var again = Assert.IsType<SubscriptionAnswer.Done>(Ask(_gateway, to => new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, to)));
        Assert.Equal((true, created), (again.WasDone, again.Subscription));
        Assert.Equal(SubscriptionRefusal.CommandIdReused, Refused(to => new DurableCommand.Create(By(), "c1", "desk-7", Following(2), null, to)));
        Assert.NotEqual(created.Id, Create("c2").Id);
        var next = new Gateway(seed: 2, before: _gateway);
        Assert.True(Assert.IsType<SubscriptionAnswer.Done>(Ask(next, to => new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, to))).WasDone);
    }

    [Fact]
    public void An_answer_that_got_lost_with_the_journal_is_found_by_asking_again()
    {
        _gateway.Kit.Journal.LoseNextAnswer();
        var probe = _gateway.Kit.Probe<SubscriptionAnswer>();
        _gateway.Subscriptions.Tell(new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, probe));
        probe.ExpectNothing();
        _gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        var again = Assert.IsType<SubscriptionAnswer.Done>(Ask(_gateway, to => new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, to)));
        Assert.True(again.WasDone);
    }

    [Fact]
    public void What_never_got_into_the_journal_was_never_there()
    {
        _gateway.Kit.Journal.FailNext();
        _gateway.Subscriptions.Tell(new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, _gateway.Kit.Probe<SubscriptionAnswer>()));
        _gateway.Kit.Advance(TimeSpan.FromMinutes(2));
        var list = _gateway.Kit.Probe<SubscriptionList>();
        _gateway.Subscriptions.Tell(new DurableCommand.List(By(), null, 10, list));
        Assert.Empty(list.Expect<SubscriptionList>().Subscriptions);
        Assert.False(Assert.IsType<SubscriptionAnswer.Done>(Ask(_gateway, to => new DurableCommand.Create(By(), "c1", "other", Following(2), null, to))).WasDone);
    }

    /// <summary>Found by an outage of the real process: a command given after it waited for the end of a pause that failures had made long.</summary>
    [Fact]
    public void However_long_the_journal_was_away_a_command_is_answered_soon_after_it_is_back()
    {
        var before = _gateway.Kit.Probe<SubscriptionAnswer>();
        for (var failures = 0; failures < 10; failures++)
        {
            _gateway.Kit.Journal.FailNext();
            _gateway.Subscriptions.Tell(new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, before));
            _gateway.Kit.Advance(TimeSpan.FromSeconds(failures < 9 ? 20 : 0.1));
        }
        var after = _gateway.Kit.Probe<SubscriptionAnswer>();
        _gateway.Subscriptions.Tell(new DurableCommand.Create(By(), "c1", "desk-7", Following(1), null, after));
        _gateway.Kit.Advance(TimeSpan.FromSeconds(3));
        Assert.IsType<SubscriptionAnswer.Done>(after.Expect<SubscriptionAnswer>());
        before.ExpectNothing();
    }

    [Fact]
    public void Deleted_it_is_gone_its_client_is_closed_and_deleting_again_says_done()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        Done(to => new DurableCommand.Delete(created.Id, By(), "d", to));
        _gateway.Kit.Settle();
        Assert.Equal(1008, client.ClosedWith);
        Assert.Equal(SubscriptionRefusal.NotFound, Refused(to => new DurableCommand.Get(created.Id, By(), to)));
        Assert.Equal(SubscriptionRefusal.NotFound, Refused(to => new DurableCommand.Pause(created.Id, By(), "p", to)));
        Assert.True(Assert.IsType<SubscriptionAnswer.Done>(Ask(_gateway, to => new DurableCommand.Delete(created.Id, By(), "d", to))).WasDone);
        Assert.IsType<DomeServerFrame.Error>(Assert.Single(Frames(_gateway.Attach(created.Id, Desk))));
    }

    [Fact]
    public void Somebody_elses_subscription_is_not_there()
    {
        var created = Create();
        var other = By(Made.Key(Tier.Enterprise, "other"));
        Assert.Equal(SubscriptionRefusal.NotFound, Refused(to => new DurableCommand.Get(created.Id, other, to)));
        Assert.Equal(SubscriptionRefusal.NotFound, Refused(to => new DurableCommand.Delete(created.Id, other, "d", to)));
        Assert.IsType<DomeServerFrame.Error>(Assert.Single(Frames(_gateway.Attach(created.Id, other.Key))));
    }

    [Fact]
    public void A_tier_holds_for_what_is_durable_too()
    {
        var free = By(Made.Key(Tier.Free, "small"));
        Assert.Equal(SubscriptionRefusal.WildcardNotAllowed, Refused(to => new DurableCommand.Create(free, "c1", "", OrderFilter.Everything, null, to)));
        Assert.Equal(SubscriptionRefusal.TooManyValues, Refused(to => new DurableCommand.Create(free, "c2", "", Following(1, 2, 3, 4, 5, 6), null, to)));
        Done(to => new DurableCommand.Create(free, "c3", "", Following(1), null, to));
        Done(to => new DurableCommand.Create(free, "c4", "", Following(1), null, to));
        Assert.Equal(SubscriptionRefusal.TooManySubscriptions, Refused(to => new DurableCommand.Create(free, "c5", "", Following(1), null, to)));
    }

    [Fact]
    public void Fills_without_a_position_come_once_when_they_have_one()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Store.IsDown = true;
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2));
        Assert.IsType<DomeServerFrame.Attached>(Assert.Single(Frames(client)));
        _gateway.Store.IsDown = false;
        _gateway.Kit.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal([1L, 2], Told(client));
        _gateway.Fill(Made.Log(2, 1));
        Assert.Equal([3L], Told(client));
    }

    [Fact]
    public void What_is_no_longer_kept_is_told_with_the_oldest_position()
    {
        var gateway = new Gateway(mostStored: 10);
        var created = Assert.IsType<SubscriptionAnswer.Done>(Ask(gateway, to => new DurableCommand.Create(By(), "c1", "", Following(1), null, to))).Subscription;
        for (var tx = 1; tx <= 30; tx++)
            gateway.Fill(Made.Log(tx, 1));
        var error = Assert.IsType<DomeServerFrame.Error>(Assert.Single(Frames(gateway.Attach(created.Id, Desk))));
        Assert.Equal(("POSITION_TOO_OLD", true), (error.Code, error.Oldest is not null));
        Assert.Equal(SubscriptionState.Expired, Assert.IsType<SubscriptionAnswer.Done>(Ask(gateway, to => new DurableCommand.Get(created.Id, By(), to))).Subscription.State);
        Ask(gateway, to => new DurableCommand.Resume(created.Id, By(), "r", Skip: true, to));
        gateway.Fill(Made.Log(31, 1));
        Assert.Equal([31L], Told(gateway.Attach(created.Id, Desk)));
    }

    [Fact]
    public void An_end_that_the_journal_did_not_take_is_remembered_all_the_same_what_was_told_before_it_says_so()
    {
        var created = Create();
        var client = _gateway.Attach(created.Id, Desk);
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2));
        client.Send(new DomeCommand.Acknowledge(created.Id, new Position(3, 1)));
        _gateway.Kit.Journal.FailNext();
        client.Session.Tell(new SessionMessage.Gone());
        _gateway.Kit.Advance(TimeSpan.FromSeconds(5));
        _gateway.Fill(Made.Log(2, 1));
        Assert.Equal(
            [(1L, EventMarks.Replayed), (2, EventMarks.Replayed), (3, EventMarks.None)],
            Frames(_gateway.Attach(created.Id, Desk)).OfType<DomeServerFrame.Event>().Select(told => (told.Position!.Value.Offset, told.Marks)));
    }
}
