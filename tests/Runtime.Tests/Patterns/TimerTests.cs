using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Patterns;

public sealed class TimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TestSystem _kit = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _diary = [];
    private readonly ActorRef<Act> _actor;

    public TimerTests()
    {
        _actor = _kit.Spawn(() => new Puppet(), "actor");
        _kit.Settle();
    }

    private Act Note(string what) => Do(_ => _diary.Add(what));

    private void In(Action<Puppet> act)
    {
        _actor.Tell(Do(act));
        _kit.Settle();
    }

    /// <summary>Sets timers, keeps the actor busy until they are overdue, and then does something before their ticks are taken.</summary>
    private void WithTheTickQueued(Action<Puppet> before, Action<Puppet> after)
    {
        _actor.Tell(async me =>
        {
            before(me);
            await _gate.Task;
            after(me);
        });
        _kit.Advance(Second * 3);
        Assert.Empty(_diary);
        _gate.SetResult();
        _kit.Settle();
    }

    [Fact]
    public void S14_A_timer_fires_when_it_is_due_and_the_actor_sees_the_plain_message()
    {
        In(me => me.Timers.Once("tick", Note("tick"), Second));
        _kit.Advance(Second - TimeSpan.FromTicks(1));
        Assert.Empty(_diary);
        _kit.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["tick"], _diary);
        _kit.Advance(Second * 100);
        Assert.Equal(["tick"], _diary);
    }

    [Fact]
    public void S14_A_cancelled_timer_never_fires()
    {
        In(me => me.Timers.Once("tick", Note("tick"), Second));
        In(me => me.Timers.Cancel("tick"));
        _kit.Advance(Second * 10);
        Assert.Empty(_diary);
        Assert.Null(_kit.Clock.Next);
    }

    [Fact]
    public void S14_A_cancelled_timer_never_fires_even_if_its_tick_is_queued()
    {
        WithTheTickQueued(me => me.Timers.Once("tick", Note("tick"), Second), me => me.Timers.Cancel("tick"));
        _kit.Advance(Second * 10);
        Assert.Empty(_diary);
    }

    [Fact]
    public void S14_A_replaced_timer_never_fires_even_if_its_tick_is_queued()
    {
        WithTheTickQueued(me => me.Timers.Once("tick", Note("old"), Second), me => me.Timers.Once("tick", Note("new"), Second));
        Assert.Empty(_diary);
        _kit.Advance(Second);
        Assert.Equal(["new"], _diary);
    }

    [Fact]
    public void S14_A_tick_that_is_cancelled_by_the_tick_before_it_never_arrives()
    {
        WithTheTickQueued(me =>
        {
            me.Timers.Once("first", Do(later =>
            {
                _diary.Add("first");
                later.Timers.Cancel("second");
            }), Second);
            me.Timers.Once("second", Note("second"), Second * 2);
        }, _ => { });
        Assert.Equal(["first"], _diary);
    }

    [Fact]
    public void S14_A_timer_set_again_by_its_own_tick_fires_again()
    {
        var left = 3;
        void Again(Puppet me)
        {
            _diary.Add($"{_kit.Clock.Elapsed.TotalSeconds}");
            Assert.False(me.Timers.IsSet("tick"));
            if (--left > 0)
                me.Timers.Once("tick", Do(Again), Second);
        }
        In(me => me.Timers.Once("tick", Do(Again), Second));
        _kit.Advance(Second * 10);
        Assert.Equal(["1", "2", "3"], _diary);
    }

    [Fact]
    public void S14_A_tick_can_be_stashed_and_comes_back_as_the_message_it_was()
    {
        var busy = true;
        Act? tick = null;
        tick = me =>
        {
            if (busy)
                me.Stash();
            else
                _diary.Add("tick");
            return default;
        };
        In(me => me.Timers.Once("tick", tick, Second));
        _kit.Advance(Second);
        busy = false;
        In(me => me.UnstashAll());
        Assert.Equal(["tick"], _diary);
    }

    [Fact]
    public void S14_A_key_names_one_timer_and_keys_do_not_touch_each_other()
    {
        In(me =>
        {
            me.Timers.Once("a", Note("a"), Second);
            me.Timers.Once("b", Note("b"), Second * 2);
            me.Timers.Cancel("c");
            Assert.Equal([true, true, false], new[] { "a", "b", "c" }.Select(key => me.Timers.IsSet(key)));
            me.Timers.Cancel("a");
        });
        Assert.Empty(_kit.DeadLetters);
        _kit.Advance(Second * 3);
        Assert.Equal(["b"], _diary);
    }

    [Fact]
    public void S14_A_stopped_actor_leaves_no_timer_behind()
    {
        In(me =>
        {
            me.Timers.Once("once", Note("once"), Second);
            me.Timers.Every("every", Note("every"), Second);
            me.StopSelf();
        });
        Assert.Null(_kit.Clock.Next);
        _kit.Advance(Second * 10);
        Assert.Empty(_diary);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S14_A_timer_set_in_PostStop_is_not_left_behind()
    {
        _kit.Spawn(() => new Puppet { OnStop = Do(me => me.Timers.Every("late", Note("late"), Second)) }, "other").Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        Assert.Null(_kit.Clock.Next);
    }

    [Fact]
    public void S14_A_suspended_actor_gets_its_tick_when_it_is_resumed()
    {
        var kit = new TestSystem(supervision: Runtime.Supervision.SupervisorStrategy.Default with { Decide = _ => Runtime.Supervision.Directive.Resume });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(async me =>
        {
            me.Timers.Once("tick", Note("tick"), Second);
            await gate.Task;
            throw new TestFailure("with the tick queued");
        });
        kit.Advance(Second);
        gate.SetResult();
        kit.Settle();
        Assert.Equal(["tick"], _diary);
    }

    [Fact]
    public void S14_Spans_that_make_no_sense_are_refused_and_leave_the_earlier_timer_alone()
    {
        var refused = 0;
        In(me =>
        {
            me.Timers.Once("tick", Note("tick"), Second);
            foreach (var wrong in new Action[]
            {
                () => me.Timers.Once("tick", Note("wrong"), -Second),
                () => me.Timers.Once("tick", Note("wrong"), TimeSpan.MaxValue),
                () => me.Timers.Every("tick", Note("wrong"), TimeSpan.Zero),
                () => me.Timers.Every("tick", Note("wrong"), Timeout.InfiniteTimeSpan),
            })
            {
                Assert.Throws<ArgumentOutOfRangeException>(wrong);
                refused++;
            }
        });
        Assert.Equal(4, refused);
        _kit.Advance(Second);
        Assert.Equal(["tick"], _diary);
    }

    [Fact]
    public void S15_A_period_ticks_once_per_period()
    {
        In(me => me.Timers.Every("tick", Do(_ => _diary.Add($"{_kit.Clock.Elapsed.TotalSeconds}")), Second));
        _kit.Advance(Second * 3);
        Assert.Equal(["1", "2", "3"], _diary);
        In(me => me.Timers.Cancel("tick"));
        _kit.Advance(Second * 3);
        Assert.Equal(3, _diary.Count);
    }

    [Fact]
    public void S15_Who_falls_behind_gets_one_tick_and_no_burst_to_catch_up()
    {
        WithTheTickQueued(me => me.Timers.Every("tick", Note("tick"), Second / 10), _ => { });
        Assert.Equal(["tick"], _diary);
        _kit.Advance(Second / 10);
        Assert.Equal(["tick", "tick"], _diary);
    }

    [Fact]
    public void S15_While_a_tick_is_handled_the_next_one_may_wait_but_only_one()
    {
        var gates = new Queue<TaskCompletionSource>([_gate]);
        In(me => me.Timers.Every("tick", async _ =>
        {
            _diary.Add("tick");
            if (gates.TryDequeue(out var gate))
                await gate.Task;
        }, Second));
        _kit.Advance(Second * 5);
        Assert.Equal(["tick"], _diary);
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal(["tick", "tick"], _diary);
    }

    [Fact]
    public void S15_Each_key_has_one_tick_of_its_own()
    {
        WithTheTickQueued(me =>
        {
            me.Timers.Every("a", Note("a"), Second / 10);
            me.Timers.Every("b", Note("b"), Second / 20);
        }, _ => { });
        Assert.Equal(["a", "b"], _diary.Order());
    }
}
