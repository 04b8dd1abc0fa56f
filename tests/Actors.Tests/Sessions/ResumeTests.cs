using Oddswire.Actors.Sessions;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class ResumeTests
{
    private readonly Gateway _gateway = new();

    private static OrderFilter Wallets(params int[] wallets) => OrderFilter.Of([.. wallets.Select(Made.Wallet)]);
    private static Position At(long offset) => new(3, offset);

    private static List<DomeServerFrame> Frames(FakeClient client) =>
        [.. client.Drain().Select(frame => DomeServerFrameCodec.Decode(System.Text.Encoding.UTF8.GetBytes(frame)))];

    [Fact]
    public void What_was_missed_is_replayed_then_live_is_announced_then_live_events_come()
    {
        _gateway.Fill(Made.Log(1, 1), Made.Log(1, 2, user: 2), Made.Log(1, 3), Made.Log(1, 4));
        var client = _gateway.Connect(extended: true);
        client.Subscribe(Wallets(1), At(1));
        _gateway.Fill(Made.Log(2, 1));
        var frames = Frames(client);
        Assert.Equal([At(3), At(4), At(5)], frames.OfType<DomeServerFrame.Event>().Select(told => told.Position!.Value));
        Assert.Equal([EventMarks.Replayed, EventMarks.Replayed, EventMarks.None], frames.OfType<DomeServerFrame.Event>().Select(told => told.Marks));
        Assert.Equal(At(4), Assert.IsType<DomeServerFrame.Live>(frames[2]).Position);
    }

    [Fact]
    public void Resuming_at_any_point_between_two_wallets_of_one_match_misses_nothing_and_repeats_nothing()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            for (var seen = 0; seen <= 6; seen++)
            {
                var gateway = new Gateway(seed, new SessionRules { ReplayPage = 2 });
                gateway.Fill(Made.Log(1, 1, user: 1), Made.Log(1, 2, user: 2), Made.Log(1, 3, user: 3));
                gateway.Fill(Made.Log(2, 1, user: 2), Made.Log(2, 2, user: 1), Made.Log(2, 3, user: 2));
                var client = gateway.Connect(extended: true);
                gateway.Begin(Made.Log(3, 1, user: 1), Made.Log(3, 2, user: 2));
                client.Send(new DomeCommand.Subscribe(Wallets(1, 2), At(seen)));
                gateway.Begin(Made.Log(4, 1, user: 2), Made.Log(4, 2, user: 1));
                gateway.Kit.Settle();
                client.Acknowledged();
                var told = Frames(client).OfType<DomeServerFrame.Event>().Select(frame => frame.Position!.Value.Offset);
                Assert.Equal(new long[] { 1, 2, 4, 5, 6, 7, 8, 9, 10 }.Where(offset => offset > seen), told);
            }
        }
    }

    [Fact]
    public void A_replay_that_overtakes_a_backlog_of_the_publisher_is_not_told_twice()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var gateway = new Gateway(seed);
            var client = gateway.Connect(extended: true);
            // Three batches are on their way while the resume reads all of them from the store.
            gateway.Begin([.. Enumerable.Range(1, 1_200).Select(n => Made.Log(1, n))]);
            for (var step = 0; step < 3 + seed; step++)
                gateway.Kit.Dispatcher.Step();
            client.Send(new DomeCommand.Subscribe(Wallets(1), At(0)));
            client.Acknowledged();
            var told = Frames(client).OfType<DomeServerFrame.Event>().Select(frame => frame.Position!.Value.Offset);
            Assert.Equal(Enumerable.Range(1, 1_200).Select(n => (long)n), told);
        }
    }

    [Fact]
    public async Task A_position_that_the_tape_has_deleted_while_it_ran_is_too_old()
    {
        var gateway = new Gateway(mostStored: 10);
        for (var tx = 1; tx <= 30; tx++)
            gateway.Fill(Made.Log(tx, 1));
        var oldest = (await gateway.Store.Stored.Open()).Oldest;
        var client = gateway.Connect(extended: true);
        client.Send(new DomeCommand.Subscribe(Wallets(1), At(oldest - 2)));
        var refused = client.Expect<DomeServerFrame.Error>();
        Assert.Equal(("POSITION_TOO_OLD", At(oldest)), (refused.Code, refused.Oldest));
        client.Subscribe(Wallets(1), At(oldest - 1));
        Assert.Equal(30 - oldest + 1, Frames(client).OfType<DomeServerFrame.Event>().Count());
    }

    [Fact]
    public void A_replay_that_is_overtaken_by_what_the_tape_deletes_is_told_so_and_closed()
    {
        var gateway = new Gateway(rules: new SessionRules { ReplayPage = 2, OutboxBytes = 1_000_000 }, mostStored: 10);
        for (var tx = 1; tx <= 10; tx++)
            gateway.Fill(Made.Log(tx, 1));
        var client = gateway.Connect(extended: true);
        client.Unread = 600_000; // reads nothing, so that the replay waits
        client.Subscribe(Wallets(1), At(1));
        for (var tx = 11; tx <= 30; tx++)
            gateway.Fill(Made.Log(tx, 1, user: 2));
        client.Unread = 0;
        gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        var frames = Frames(client);
        Assert.Equal("POSITION_TOO_OLD", frames.OfType<DomeServerFrame.Error>().Single().Code);
        Assert.Empty(frames.OfType<DomeServerFrame.Live>());
        Assert.Equal(1013, client.ClosedWith);
    }

    [Fact]
    public void Two_resumes_in_one_breath_are_two_subscriptions_that_both_go_live()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var gateway = new Gateway(seed);
            gateway.Fill(Made.Log(1, 1, user: 1), Made.Log(1, 2, user: 2));
            var client = gateway.Connect(extended: true);
            client.Send(
                new DomeCommand.Subscribe(Wallets(1), At(0)),
                new DomeCommand.Subscribe(Wallets(2), At(0)),
                new DomeCommand.Subscribe(Wallets(3), At(2)));
            var frames = Frames(client);
            var ids = frames.OfType<DomeServerFrame.Ack>().Select(ack => ack.SubscriptionId).ToList();
            Assert.Equal(3, ids.Count);
            Assert.Equal(ids.Order(), frames.OfType<DomeServerFrame.Live>().Select(live => live.SubscriptionId).Order());
            Assert.Equal(
                [(ids[0], At(1)), (ids[1], At(2))],
                frames.OfType<DomeServerFrame.Event>().Select(told => (told.SubscriptionId, told.Position!.Value)).OrderBy(told => told.Value.Offset));
        }
    }

    [Fact]
    public void A_position_that_the_tape_does_not_know_yet_is_refused()
    {
        var client = _gateway.Connect(extended: true);
        _gateway.Fill(Made.Log(1, 1));
        client.Send(new DomeCommand.Subscribe(Wallets(1), At(2)), new DomeCommand.Subscribe(Wallets(1), new Position(4, 1)));
        Assert.Equal("POSITION_UNKNOWN", client.Expect<DomeServerFrame.Error>().Code);
        Assert.Equal("POSITION_UNKNOWN", client.Expect<DomeServerFrame.Error>().Code);
        _gateway.Fill(Made.Log(2, 1));
        client.ExpectNothing();
    }

    [Fact]
    public void Without_ext_there_is_no_resume()
    {
        var client = _gateway.Connect();
        client.Send(new DomeCommand.Subscribe(Wallets(1), At(0)));
        Assert.Equal("INVALID_FILTERS", client.Expect<DomeServerFrame.Error>().Code);
    }

    [Fact]
    public void While_the_tape_cannot_be_written_a_resume_is_refused_for_it_would_miss_what_was_sent()
    {
        _gateway.Fill(Made.Log(1, 1));
        _gateway.Store.IsDown = true;
        _gateway.Fill(Made.Log(2, 1));
        var client = _gateway.Connect(extended: true);
        client.Send(new DomeCommand.Subscribe(Wallets(1), At(1)));
        Assert.Equal("POSITION_UNAVAILABLE", client.Expect<DomeServerFrame.Error>().Code);
        _gateway.Store.IsDown = false;
        _gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        client.Subscribe(Wallets(1), At(1));
        Assert.Equal(At(2), client.Expect<DomeServerFrame.Event>().Position);
        client.Expect<DomeServerFrame.Live>();
    }

    [Fact]
    public void What_was_sent_without_a_position_during_a_replay_is_replayed_when_it_is_stored()
    {
        _gateway.Fill(Made.Log(1, 1));
        _gateway.Store.CannotBeRead = true;
        var client = _gateway.Connect(extended: true);
        client.Subscribe(Wallets(1), At(0));
        _gateway.Store.IsDown = true;
        _gateway.Fill(Made.Log(2, 1));
        _gateway.Store.CannotBeRead = false;
        _gateway.Kit.Advance(TimeSpan.FromSeconds(0.9));
        _gateway.Store.IsDown = false;
        _gateway.Kit.Advance(TimeSpan.FromSeconds(5));
        _gateway.Fill(Made.Log(3, 1));
        var frames = Frames(client);
        Assert.Equal([At(1), At(2), At(3)], frames.OfType<DomeServerFrame.Event>().Select(told => told.Position!.Value));
        Assert.Equal(At(2), Assert.IsType<DomeServerFrame.Live>(frames[2]).Position);
    }

    [Fact]
    public void A_page_that_cannot_be_read_is_read_again()
    {
        _gateway.Fill(Made.Log(1, 1));
        _gateway.Store.CannotBeRead = true;
        var client = _gateway.Connect(extended: true);
        client.Subscribe(Wallets(1), At(0));
        client.ExpectNothing();
        _gateway.Store.CannotBeRead = false;
        _gateway.Kit.Advance(TimeSpan.FromSeconds(1));
        client.Expect<DomeServerFrame.Event>();
        client.Expect<DomeServerFrame.Live>();
    }

    [Fact]
    public void A_replay_goes_as_fast_as_the_client_reads()
    {
        var gateway = new Gateway(rules: new SessionRules { OutboxBytes = 1_000, ReplayPage = 1 });
        gateway.Fill(Made.Log(1, 1), Made.Log(1, 2));
        var client = gateway.Connect(extended: true);
        client.Unread = 600;
        client.Subscribe(Wallets(1), At(0));
        client.ExpectNothing();
        client.Unread = 0;
        gateway.Kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, Frames(client).Count);
        Assert.True(client.IsOpen);
    }

    [Fact]
    public void Unsubscribed_in_mid_replay_there_is_silence()
    {
        _gateway.Fill(Made.Log(1, 1));
        _gateway.Store.CannotBeRead = true;
        var client = _gateway.Connect(extended: true);
        var id = client.Subscribe(Wallets(1), At(0));
        client.Send(new DomeCommand.Unsubscribe(id));
        _gateway.Store.CannotBeRead = false;
        _gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        client.ExpectNothing();
    }

    [Fact]
    public void A_replay_waits_for_its_client_however_many_beats_that_takes()
    {
        var rules = new SessionRules { ReplayPage = 1 };
        var gateway = new Gateway(rules: rules);
        gateway.Fill(Made.Log(1, 1), Made.Log(1, 2), Made.Log(1, 3));
        var client = gateway.Connect(extended: true);
        client.Unread = rules.OutboxBytes;
        client.Subscribe(Wallets(1), At(0));
        gateway.Kit.Advance(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(Frames(client), static frame => frame is DomeServerFrame.Live);
        client.Unread = 0;
        gateway.Kit.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains(Frames(client), static frame => frame is DomeServerFrame.Live);
    }
}
