using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class TurnOrderTests
{
    private readonly TestSystem _kit = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _diary = [];

    private Act Note(string what) => Do(_ => _diary.Add(what));

    [Fact]
    public void S5_Due_ticks_come_before_what_was_unstashed_and_that_before_the_mailbox()
    {
        _kit.Dispatcher.ShortTurns = false;
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        var stashed = false;
        actor.Tell(Do(me =>
        {
            if (stashed)
            {
                _diary.Add("unstashed");
                return;
            }
            stashed = true;
            me.Stash();
        }));
        actor.Tell(async me =>
        {
            me.Timers.Once("tick", Note("tick"), TimeSpan.FromSeconds(1));
            me.UnstashAll();
            await _gate.Task;
        });
        actor.Tell(Note("mailbox"));
        _kit.Advance(TimeSpan.FromSeconds(1));
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal(["tick", "unstashed", "mailbox"], _diary);
    }

    [Fact]
    public void S5_A_signal_is_looked_at_before_the_next_message_although_that_was_there_first()
    {
        _kit.Dispatcher.ShortTurns = false;
        ActorRef<Act>? child = null;
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Do(me =>
        {
            child = me.Spawn("child", new Puppet { OnStop = Note("stopped") });
            child.Tell(Do(_ =>
            {
                me.Stop(child);
                _diary.Add("first");
            }));
            child.Tell(Note("never"));
        }));
        _kit.Settle();
        Assert.Equal(["first", "stopped"], _diary);
        Assert.Single(_kit.DeadLetters);
    }

    [Fact]
    public void S5_A_signal_is_looked_at_before_a_tick_that_was_due_first()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Note("stopped") }, "actor");
        actor.Tell(async me =>
        {
            me.Timers.Once("tick", Note("tick"), TimeSpan.FromSeconds(1));
            await _gate.Task;
            me.StopSelf();
        });
        _kit.Advance(TimeSpan.FromSeconds(2));
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal(["stopped"], _diary);
    }

    [Fact]
    public void S5_Signals_among_themselves_come_in_order_of_arrival()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(async me =>
        {
            foreach (var (key, seconds) in new[] { ("c", 3), ("a", 1), ("b", 2) })
                me.Timers.Once(key, Note(key), TimeSpan.FromSeconds(seconds));
            await _gate.Task;
        });
        _kit.Advance(TimeSpan.FromSeconds(5));
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal(["a", "b", "c"], _diary);
    }

    [Fact]
    public void S5_Signals_that_were_taken_together_survive_the_await_of_one_of_them()
    {
        // Start, watch and stop are there before the actor runs at all; the start leaves its thread.
        _kit.Spawn(() => new Puppet { OnStart = async _ => await _gate.Task, OnStop = Note("stopped") }, "actor");
        var stopped = _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5)));
        Assert.Empty(_diary);
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal(["stopped"], _diary);
        Assert.True(stopped.IsCompletedSuccessfully);
    }

    [Fact]
    public void S5_TurnEnded_runs_once_at_the_end_of_a_turn_that_handled_messages()
    {
        _kit.Dispatcher.ShortTurns = false;
        var actor = _kit.Spawn(() => new Puppet { OnTurnEnded = Note("|") }, "actor");
        _kit.Settle();
        Assert.Empty(_diary);      // a start is no message
        for (var n = 1; n <= 3; n++)
            actor.Tell(Note($"{n}"));
        _kit.Settle();
        Assert.Equal("123|", string.Concat(_diary));
        actor.Tell(Note("4"));
        _kit.Settle();
        Assert.Equal("123|4|", string.Concat(_diary));
    }

    [Fact]
    public void S5_A_turn_ends_when_it_is_used_up_and_what_is_left_gets_a_turn_of_its_own()
    {
        _kit.Dispatcher.ShortTurns = false;
        var actor = _kit.System.Spawn(Props.Of(() => new Puppet { OnTurnEnded = Note("|") }) with { Throughput = 3 }, "actor");
        for (var n = 1; n <= 7; n++)
            actor.Tell(Note($"{n}"));
        _kit.Settle();
        Assert.Equal("123|456|7|", string.Concat(_diary));
    }

    [Fact]
    public void S5_A_turn_of_no_messages_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Props.Of(() => new Puppet()) with { Throughput = 0 });

    [Fact]
    public void S5_An_await_does_not_end_the_turn()
    {
        _kit.Dispatcher.ShortTurns = false;
        var actor = _kit.Spawn(() => new Puppet { OnTurnEnded = Note("|") }, "actor");
        actor.Tell(async _ =>
        {
            await _gate.Task;
            _diary.Add("1");
        });
        actor.Tell(Note("2"));
        _kit.Settle();
        Assert.Empty(_diary);
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal("12|", string.Concat(_diary));
    }

    [Fact]
    public void S5_What_arrives_while_TurnEnded_awaits_belongs_to_the_next_turn()
    {
        _kit.Dispatcher.ShortTurns = false;
        var actor = _kit.Spawn(() => new Puppet
        {
            OnTurnEnded = async _ =>
            {
                _diary.Add("(");
                await _gate.Task;
                _diary.Add(")");
            },
        }, "actor");
        actor.Tell(Note("1"));
        _kit.Settle();
        actor.Tell(Note("2"));
        _kit.Settle();
        Assert.Equal("1(", string.Concat(_diary));
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal("1()2()", string.Concat(_diary));
    }

    [Fact]
    public void S5_TurnEnded_runs_also_when_the_turn_ends_in_a_stop()
    {
        var actor = _kit.Spawn(() => new Puppet { OnTurnEnded = Note("sent"), OnStop = Note("stopped") }, "actor");
        actor.Tell(Do(me =>
        {
            _diary.Add("gathered");
            me.StopSelf();
        }));
        _kit.Settle();
        Assert.Equal(["gathered", "sent", "stopped"], _diary);
    }

    [Fact]
    public void S5_TurnEnded_that_awaits_and_fails_in_a_stop_does_not_hold_it_up()
    {
        var child = new Puppet { OnStop = Note("child stopped") };
        var actor = _kit.Spawn(() => new Puppet
        {
            OnTurnEnded = async _ =>
            {
                await _gate.Task;
                throw new TestFailure("could not send");
            },
            OnStop = Note("stopped"),
        }, "actor");
        actor.Tell(Do(me =>
        {
            me.Spawn("child", child);
            me.StopSelf();
        }));
        _kit.Settle();
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal(["child stopped", "stopped"], _diary);
        Assert.IsType<TestFailure>(Assert.Single(_kit.Log.About("while it was stopping")).Cause);
    }

    [Fact]
    public void S5_A_failed_turn_does_not_end_but_a_resumed_one_does()
    {
        var kit = new TestSystem(supervision: SupervisorStrategy.Default with { Decide = static _ => Directive.Resume });
        kit.Dispatcher.ShortTurns = false;
        var actor = kit.Spawn(() => new Puppet { OnTurnEnded = Note("|") }, "actor");
        actor.Tell(Note("1"));
        actor.Tell(Fail());
        kit.Settle();
        Assert.Equal("1|", string.Concat(_diary));
    }
}
