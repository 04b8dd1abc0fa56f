using Oddswire.Runtime.Leases;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Runtime.Tests.Leases;

public sealed class SingletonTests
{
    private const string Feed = "feed";
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(10);
    private static readonly NodeId Other = new("other", 1);

    private readonly TestSystem _kit = new(seed: 11);
    private readonly ScriptedLeases _leases;
    private readonly List<string> _life = [];       // what the entities did, in order
    private TaskCompletionSource? _slowEnd;

    public SingletonTests() => _leases = new ScriptedLeases(_kit.Clock);

    private sealed class Entity(SingletonTests test, Fence fence) : Actor<string>
    {
        protected internal override ValueTask PreStart()
        {
            test._life.Add($"start {fence.Term}");
            return default;
        }

        protected internal override ValueTask Receive(string message)
        {
            if (message == "fail")
                throw new InvalidOperationException("told to fail");
            if (message == "end")
                StopSelf();
            test._life.Add(message);
            return default;
        }

        protected internal override async ValueTask PostStop()
        {
            if (test._slowEnd is { } end)
                await end.Task;
            test._life.Add($"end {fence.Term}");
        }
    }

    private ActorRef<string> Spawn(bool exclusive = false, int waiting = 1_000)
    {
        var singleton = new Singleton<string>(Feed, _leases, fence => Props.Of(() => new Entity(this, fence))) { Exclusive = exclusive, Waiting = waiting };
        var feed = singleton.Spawn(_kit.System, Feed);
        _kit.Settle();
        return feed;
    }

    private void Advance(double seconds) => _kit.Advance(TimeSpan.FromSeconds(seconds));

    private async Task<Lease?> OtherTries() => await _leases.Store.Hold(Feed, Other, TimeToLive);

    private IEnumerable<string> DeadLetters => _kit.DeadLetters.Select(letter => $"{letter.Message}: {letter.Reason}");

    [Fact]
    public async Task The_entity_runs_while_the_lease_is_renewed_and_nobody_else_gets_it()
    {
        var feed = Spawn();
        feed.Tell("a");
        Advance(120);
        feed.Tell("b");
        _kit.Settle();
        Assert.Equal(["start 1", "a", "b"], _life);
        Assert.Null(await OtherTries());
    }

    [Fact]
    public void Messages_wait_for_the_first_answer_and_keep_their_order()
    {
        _leases.HoldBack = true;
        var feed = Spawn();
        feed.Tell("a");
        feed.Tell("b");
        Advance(1);
        Assert.Empty(_life);
        _leases.AnswerOne();
        feed.Tell("c");
        _kit.Settle();
        Assert.Equal(["start 1", "a", "b", "c"], _life);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void The_waiting_room_is_bounded()
    {
        _leases.HoldBack = true;
        var feed = Spawn(waiting: 2);
        foreach (var message in new[] { "a", "b", "c" })
            feed.Tell(message);
        _kit.Settle();
        Assert.Equal(["c: too many wait"], DeadLetters);
        _leases.AnswerOne();
        _kit.Settle();
        Assert.Equal(["start 1", "a", "b"], _life);
    }

    [Fact]
    public async Task Messages_are_dead_letters_while_another_node_holds_the_lease()
    {
        await OtherTries();
        _leases.HoldBack = true;
        var feed = Spawn();
        feed.Tell("waited");
        _kit.Settle();
        _leases.AnswerOne();
        _kit.Settle();
        feed.Tell("a");
        _kit.Settle();
        Assert.Empty(_life);
        Assert.Equal(["waited: runs on another node", "a: runs on another node"], DeadLetters);
    }

    [Fact]
    public async Task It_takes_over_in_a_higher_term_when_the_lease_of_a_dead_node_has_expired()
    {
        await OtherTries();
        Spawn();
        Advance(9.9);
        Assert.Empty(_life);
        Advance(3);
        Assert.Equal(["start 2"], _life);
    }

    [Fact]
    public async Task A_refused_renewal_stops_the_entity()
    {
        Spawn();
        await _leases.Store.Seize(Feed, Other, TimeToLive);
        Advance(3);
        Assert.Equal(["start 1", "end 1"], _life);
    }

    [Fact]
    public void A_store_that_fails_stops_the_entity_two_seconds_before_the_lease_ends()
    {
        var feed = Spawn();
        _leases.Fail = true;
        Advance(7.9);
        Assert.Equal(["start 1"], _life);
        Advance(0.2);
        Assert.Equal(["start 1", "end 1"], _life);
        feed.Tell("waits");
        Advance(60);
        _leases.Fail = false;
        Advance(3);
        Assert.Equal(["start 1", "end 1", "start 2", "waits"], _life);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void A_store_that_hangs_cannot_keep_the_entity_from_stopping_in_time()
    {
        Spawn();
        _leases.HoldBack = true;
        Advance(7.9);
        Assert.Equal(["start 1"], _life);
        Advance(0.2);
        Assert.Equal(["start 1", "end 1"], _life);
    }

    [Fact]
    public void A_call_without_an_answer_is_given_up_and_the_store_asked_again()
    {
        _leases.HoldBack = true;
        Spawn();
        Advance(9);
        Assert.Equal(["hold"], _leases.Calls);
        _leases.HoldBack = false;
        Advance(3);
        Assert.Equal(["hold", "hold"], _leases.Calls);
        Assert.Equal(["start 2"], _life);
        _leases.AnswerOne();        // the first one, in term 1, long over
        Advance(9);
        Assert.Equal(["start 2"], _life);
    }

    [Fact]
    public void The_deadline_counts_from_before_the_question()
    {
        _leases.HoldBack = true;
        Spawn();
        Advance(5);
        _leases.AnswerOne();
        Advance(2.9);
        Assert.Equal(["start 1"], _life);
        Advance(0.2);
        Assert.Equal(["start 1", "end 1"], _life);
    }

    [Fact]
    public void An_answer_that_comes_after_its_own_deadline_is_no_lease()
    {
        _leases.HoldBack = true;
        Spawn();
        Advance(8.5);
        _leases.AnswerOne();
        _kit.Settle();
        Assert.Empty(_life);
    }

    [Fact]
    public async Task A_new_term_means_a_new_entity_after_the_end_of_the_old_one()
    {
        Spawn();
        _slowEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _leases.Store.Seize(Feed, _kit.System.Node, TimeToLive);      // as if the store had seen the lease expire in between
        Advance(60);
        Assert.Equal(["start 1"], _life);
        _slowEnd.SetResult();
        _kit.Settle();
        Assert.Equal(["start 1", "end 1", "start 3"], _life);
    }

    [Fact]
    public async Task An_entity_that_does_not_end_gives_others_the_lease()
    {
        Spawn();
        _slowEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _leases.Fail = true;
        Advance(8);
        _leases.Fail = false;
        Advance(10);
        Assert.Equal(2, (await OtherTries())?.Fence.Term);
        _slowEnd.SetResult();
        Advance(10);
        Assert.Equal(["start 1", "end 1"], _life[..2]);
    }

    [Fact]
    public void An_entity_that_ends_by_itself_comes_again_with_the_next_renewal()
    {
        var feed = Spawn();
        feed.Tell("end");
        Advance(2.9);
        Assert.Equal(["start 1", "end", "end 1"], _life);
        Advance(0.2);
        Assert.Equal(["start 1", "end", "end 1", "start 1"], _life);
    }

    [Fact]
    public void A_singleton_that_restarts_keeps_its_lease_and_ends_its_entity_first()
    {
        Spawn();
        _kit.Restart(_kit.System.Cells().Single(cell => cell.Name == Feed).Ref);
        Assert.Equal(["start 1", "end 1", "start 1"], _life);
        Assert.DoesNotContain("release", _leases.Calls);
    }

    [Fact]
    public void An_entity_that_fails_is_restarted_in_its_term()
    {
        var feed = Spawn();
        feed.Tell("fail");
        feed.Tell("a");
        Advance(1);
        Assert.Equal(["start 1", "end 1", "start 1", "a"], _life);
    }

    [Fact]
    public async Task A_stop_releases_the_lease()
    {
        Spawn();
        await _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(1)));
        Assert.Equal(["start 1", "end 1"], _life);
        Assert.Equal(2, (await OtherTries())?.Fence.Term);
    }

    [Fact]
    public async Task A_stop_waits_for_a_claim_under_way_and_releases_what_it_got()
    {
        _leases.HoldBack = true;
        Spawn();
        var stop = _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5)));
        _leases.HoldBack = false;
        Assert.False(stop.IsCompleted);
        _leases.AnswerOne();
        _kit.Settle();
        Assert.True(stop.IsCompletedSuccessfully);
        Assert.Equal(["hold", "release"], _leases.Calls);
        Assert.Equal(2, (await OtherTries())?.Fence.Term);
    }

    [Fact]
    public async Task One_node_with_a_store_of_its_own_does_not_wait_for_a_ghost()
    {
        await OtherTries();
        var feed = Spawn(exclusive: true);
        feed.Tell("a");
        Advance(60);
        Assert.Equal(["start 2", "a"], _life);
        Assert.Single(_leases.Calls, call => call == "seize");
    }

    [Fact]
    public void A_renewal_that_comes_too_late_by_its_settings_is_refused()
    {
        var singleton = new Singleton<string>(Feed, _leases, fence => Props.Of(() => new Entity(this, fence))) { Renewal = TimeSpan.FromSeconds(8) };
        Assert.Throws<InvalidOperationException>(() => singleton.Spawn(_kit.System, Feed));
    }
}
