using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Supervision;

/// <summary>Every way to fail is a failure like any other: the cell is suspended, its parent decides, nothing is lost.</summary>
public sealed class FailureTests
{
    private readonly TestSystem _kit = new();
    private readonly List<string> _diary = [];

    private Act Note(string what) => Do(_ => _diary.Add(what));

    private void ExpectOneFailureAndARestart(ActorRef actor, string why)
    {
        _kit.Settle();
        Assert.Equal(why, Assert.IsType<TestFailure>(Assert.Single(_kit.Log.About($"{actor.Path} failed")).Cause).Message);
        Assert.Empty(_diary);       // suspended: messages wait
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["next"], _diary);
        Assert.Equal((1, 1), Assert.Single(_kit.System.Snapshot(), info => info.Path == actor.Path) is var info ? (info.Failures, info.Restarts) : default);
    }

    [Fact]
    public void S10_A_failing_message_goes_to_dead_letters_with_its_cause_and_the_next_ones_wait_for_the_decision()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        var fail = Fail("in Receive");
        actor.Tell(fail);
        actor.Tell(Note("next"));
        ExpectOneFailureAndARestart(actor, "in Receive");
        var letter = Assert.Single(_kit.DeadLetters);
        Assert.Equal((fail, "failed", "in Receive"), (letter.Message, letter.Reason, letter.Cause?.Message));
    }

    [Fact]
    public void S10_An_awaited_continuation_that_throws_is_a_failure_like_any_other()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(async _ =>
        {
            await Task.Yield();
            throw new TestFailure("after an await");
        });
        actor.Tell(Note("next"));
        ExpectOneFailureAndARestart(actor, "after an await");
        Assert.Equal("failed", Assert.Single(_kit.DeadLetters).Reason);
    }

    [Fact]
    public void S10_A_timer_handler_that_throws_is_a_failure_like_any_other()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Do(me => me.Timers.Once("tick", Fail("in a timer"), TimeSpan.FromSeconds(1))));
        _kit.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(Note("next"));
        ExpectOneFailureAndARestart(actor, "in a timer");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void S10_TurnEnded_that_throws_is_a_failure_like_any_other(bool later)
    {
        var failures = 1;
        var actor = _kit.Spawn(() => new Puppet
        {
            OnTurnEnded = async _ =>
            {
                if (failures-- <= 0)
                    return;
                if (later)
                    await Task.Yield();
                throw new TestFailure("in TurnEnded");
            },
        }, "actor");
        actor.Tell(Note("first"));
        _kit.Settle();
        Assert.Equal(["first"], _diary);
        _diary.Clear();
        actor.Tell(Note("next"));
        ExpectOneFailureAndARestart(actor, "in TurnEnded");
        Assert.Empty(_kit.DeadLetters);      // no message has failed
    }

    [Fact]
    public void S10_TurnEnded_that_throws_without_awaiting_is_a_failure_like_any_other()
    {
        var failures = 1;
        var actor = _kit.Spawn(() => new Puppet { OnTurnEnded = _ => failures-- > 0 ? throw new TestFailure("in TurnEnded") : default }, "actor");
        actor.Tell(Note("first"));
        _kit.Settle();
        _diary.Clear();
        actor.Tell(Note("next"));
        ExpectOneFailureAndARestart(actor, "in TurnEnded");
    }

    [Fact]
    public void S10_An_adapter_whose_map_throws_fails_its_owner_and_not_the_sender()
    {
        ActorRef<string>? adapter = null;
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Do(me => adapter = me.Adapt<string>(_ => throw new TestFailure("in a map"))));
        _kit.Settle();
        adapter!.Tell("reply");
        actor.Tell(Note("next"));
        ExpectOneFailureAndARestart(actor, "in a map");
        Assert.Equal(("reply", "failed"), Assert.Single(_kit.DeadLetters) is var letter ? (letter.Message, letter.Reason) : default);
    }

    [Fact]
    public void S10_A_ValueTask_that_cannot_be_awaited_is_a_failure_like_any_other()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(_ => new ValueTask(new Broken(), 0));
        actor.Tell(Note("next"));
        ExpectOneFailureAndARestart(actor, "no such token");
        Assert.Equal("failed", Assert.Single(_kit.DeadLetters).Reason);
    }

    private sealed class Broken : System.Threading.Tasks.Sources.IValueTaskSource
    {
        public void GetResult(short token) => throw new TestFailure("no such token");
        public System.Threading.Tasks.Sources.ValueTaskSourceStatus GetStatus(short token) => System.Threading.Tasks.Sources.ValueTaskSourceStatus.Pending;
        public void OnCompleted(Action<object?> continuation, object? state, short token, System.Threading.Tasks.Sources.ValueTaskSourceOnCompletedFlags flags) =>
            throw new TestFailure("no such token");
    }

    [Fact]
    public void S10_A_failing_PreRestart_is_logged_and_the_new_instance_is_made_all_the_same()
    {
        var later = false;
        var actor = _kit.Spawn(() => new Puppet
        {
            OnRestart = async (_, _) =>
            {
                if (later)
                    await Task.Yield();
                later = true;
                throw new TestFailure("in PreRestart");
            },
        }, "actor");
        for (var n = 0; n < 2; n++)
        {
            actor.Tell(Fail());
            _kit.Advance(TimeSpan.FromSeconds(1));
        }
        actor.Tell(Note("next"));
        _kit.Settle();
        Assert.Equal(["next"], _diary);
        Assert.Equal(2, _kit.Log.About("failed to release").Count(line => line.Cause is TestFailure { Message: "in PreRestart" }));
    }

    [Fact]
    public void S10_A_PreRestart_that_throws_without_awaiting_is_logged_too()
    {
        var actor = _kit.Spawn(() => new Puppet { OnRestart = (_, _) => throw new TestFailure("in PreRestart") }, "actor");
        actor.Tell(Fail());
        actor.Tell(Note("next"));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["next"], _diary);
        Assert.Single(_kit.Log.About("failed to release"));
    }

    [Fact]
    public void S10_A_suspended_actor_still_hears_signals()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        ActorRef<Act>? child = null;
        actor.Tell(Do(me => child = me.Spawn("child", new Puppet { OnStop = Note("child stopped") })));
        actor.Tell(Fail());
        _kit.Settle();
        child!.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        Assert.Equal(["child stopped"], _diary);
        Assert.DoesNotContain(_kit.System.Snapshot(), info => info.Path == "/actor/child");     // its parent took note
    }

    [Fact]
    public void S10_A_fault_while_the_actor_is_down_is_logged_and_not_lost()
    {
        ActorRef<string>? adapter = null;
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Do(me => adapter = me.Adapt<string>(_ => throw new TestFailure("in a map"))));
        actor.Tell(Fail("first"));
        _kit.Settle();
        adapter!.Tell("reply");
        _kit.Settle();
        Assert.Equal(["first", "in a map"], _kit.Log.About("/actor failed").Select(line => line.Cause!.Message));
        _kit.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        Assert.Equal(1, _kit.Log.About("/actor failed").Count(line => line.Cause!.Message == "first"));
        adapter.Tell("reply");
        _kit.Settle();
        Assert.Single(_kit.Log.About("while it was stopping"));
    }
}
