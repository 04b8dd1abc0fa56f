using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class StopTests
{
    private readonly TestSystem _kit = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _diary = [];

    private Act Note(string what) => Do(_ => _diary.Add(what));

    private void StopSystem() => Assert.True(_kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5))).IsCompletedSuccessfully);

    [Fact]
    public void S8_Stopping_is_cancelled_at_once_while_a_handler_awaits()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Note("stopped") }, "actor");
        actor.Tell(async me =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _kit.Clock, me.Stopping);
            }
            catch (OperationCanceledException)
            {
                _diary.Add("cancelled");
            }
        });
        _kit.Settle();
        StopSystem();
        Assert.Equal(["cancelled", "stopped"], _diary);
    }

    [Fact]
    public void S8_Stopping_is_cancelled_also_for_who_looks_at_it_only_afterwards()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Do(me => _diary.Add($"{me.Stopping.IsCancellationRequested}")) }, "actor");
        actor.Tell(Do(me => _diary.Add($"{me.Stopping.IsCancellationRequested}")));
        _kit.Settle();
        StopSystem();
        Assert.Equal(["False", "True"], _diary);
    }

    [Fact]
    public void S8_A_throwing_callback_on_Stopping_is_logged_and_the_stop_goes_on()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Note("stopped") }, "actor");
        actor.Tell(Do(me => me.Stopping.Register(() => throw new TestFailure("in a callback"))));
        _kit.Settle();
        StopSystem();
        Assert.Equal(["stopped"], _diary);
        Assert.Contains(_kit.Log.Lines, line => line.Cause is AggregateException { InnerException: TestFailure });
    }

    [Fact]
    public void S8_The_running_message_finishes_and_no_other_begins()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Note("stopped") }, "actor");
        actor.Tell(async me =>
        {
            me.StopSelf();
            await Task.Yield();
            _diary.Add("finished");
        });
        actor.Tell(Note("next"));
        _kit.Settle();
        Assert.Equal(["finished", "stopped"], _diary);
    }

    [Fact]
    public void S8_Children_stop_one_by_one_in_reverse_start_order_before_their_parent()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Note("parent") }, "parent");
        actor.Tell(Do(me =>
        {
            foreach (var name in new[] { "a", "b", "c" })
            {
                me.Spawn(name, new Puppet
                {
                    OnStart = Do(child => child.Spawn("below", new Puppet { OnStop = Note($"below {name}") })),
                    OnStop = async _ =>
                    {
                        _diary.Add($"{name} begins");
                        await Task.Yield();
                        await Task.Yield();
                        _diary.Add($"{name} ends");
                    },
                });
            }
        }));
        _kit.Settle();
        actor.Tell(Do(me => me.StopSelf()));
        _kit.Settle();
        Assert.Equal(["below c", "c begins", "c ends", "below b", "b begins", "b ends", "below a", "a begins", "a ends", "parent"], _diary);
    }

    [Fact]
    public void S8_Top_level_actors_stop_in_reverse_start_order()
    {
        foreach (var name in new[] { "a", "b", "c" })
            _kit.Spawn(() => new Puppet { OnStop = Note(name) }, name);
        _kit.Settle();
        StopSystem();
        Assert.Equal(["c", "b", "a"], _diary);
        Assert.True(_kit.System.Terminated.IsCompletedSuccessfully);
    }

    [Fact]
    public void S8_What_is_left_in_mailbox_and_stash_becomes_dead_letters_and_ticks_do_not()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        var stashed = Do(me => me.Stash());
        var unstashed = Do(me => me.Stash());
        actor.Tell(unstashed);
        actor.Tell(async me =>
        {
            me.Timers.Once("tick", Note("tick"), TimeSpan.FromSeconds(1));
            me.UnstashAll();
            await _gate.Task;
            me.StopSelf();
        });
        var waiting = Note("waiting");
        actor.Tell(waiting);
        _kit.Advance(TimeSpan.FromSeconds(2));
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal([(unstashed, "stopped"), (waiting, "stopped")], _kit.DeadLetters.Select(letter => ((Act)letter.Message!, letter.Reason)));
        Assert.Empty(_diary);

        var other = _kit.Spawn(() => new Puppet(), "other");
        other.Tell(stashed);
        other.Tell(Do(me => me.StopSelf()));
        _kit.DeadLetters.Clear();
        _kit.Settle();
        Assert.Same(stashed, Assert.Single(_kit.DeadLetters).Message);
    }

    [Fact]
    public void S8_A_failing_PostStop_is_logged_and_the_actor_is_stopped_all_the_same()
    {
        var watcher = _kit.Spawn(() => new Puppet(), "watcher");
        foreach (var (name, stop) in new (string, Act)[]
        {
            ("sync", Fail()),
            ("async", async _ =>
            {
                await Task.Yield();
                throw new TestFailure("later");
            }),
        })
        {
            var actor = _kit.Spawn(() => new Puppet { OnStop = stop }, name);
            watcher.Tell(Do(me => me.Watch(actor, Note($"{name} is gone"))));
            _kit.Settle();
            actor.Tell(Do(me => me.StopSelf()));
            _kit.Settle();
            Assert.IsType<TestFailure>(Assert.Single(_kit.Log.About($"/{name} failed while it was stopping")).Cause);
        }
        Assert.Equal(["sync is gone", "async is gone"], _diary);
    }

    [Fact]
    public void S8_A_suspended_actor_stops_without_waiting_for_its_restart()
    {
        var kit = new TestSystem(supervision: SupervisorStrategy.Default with { Backoff = new(TimeSpan.FromHours(1), TimeSpan.FromHours(1), Jitter.None) });
        var starts = 0;
        var actor = kit.Spawn(() => new Puppet { OnStart = Do(_ => starts++), OnStop = Note("stopped") }, "actor");
        actor.Tell(Fail());
        actor.Tell(Note("waiting"));
        kit.Settle();
        Assert.True(kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(5))).IsCompletedSuccessfully);
        Assert.Equal(["stopped"], _diary);
        kit.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, starts);
        Assert.Null(kit.Clock.Next);
    }

    [Fact]
    public void S8_A_stop_in_the_middle_of_a_restart_ends_in_a_stop()
    {
        var kit = new TestSystem(supervision: SupervisorStrategy.Default with { Backoff = Backoff.None });
        var actor = kit.Spawn(() => new Puppet { OnStart = Note("made"), OnStop = Note("released") }, "actor");
        actor.Tell(Do(me => me.Spawn("slow", new Puppet { OnStop = async _ => await _gate.Task })));
        actor.Tell(Fail());
        kit.Settle();
        var stopped = kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(5)));
        Assert.False(stopped.IsCompleted);
        _gate.SetResult();
        kit.Settle();
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(["made", "released"], _diary);
        Assert.Null(kit.Clock.Next);
    }

    [Fact]
    public void S8_A_stop_while_the_old_instance_is_released_makes_no_new_one()
    {
        var kit = new TestSystem(supervision: SupervisorStrategy.Default with { Backoff = Backoff.None });
        var actor = kit.Spawn(() => new Puppet { OnStart = Note("made"), OnRestart = async (_, _) => await _gate.Task, OnStop = Note("stopped") }, "actor");
        actor.Tell(Fail());
        kit.Settle();
        var stopped = kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(5)));
        Assert.False(stopped.IsCompleted);
        _gate.SetResult();
        kit.Settle();
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(["made"], _diary);
    }

    [Fact]
    public void S8_Who_is_spawned_into_a_stop_of_the_system_is_stopped_or_killed_with_it()
    {
        var dispatcher = new SeededDispatcher(1);
        var clock = new ManualClock();
        var system = new ActorSystem(new ActorSystemOptions { Random = new Random(1), Dispatcher = dispatcher, Time = clock, SampleEvery = TimeSpan.Zero });
        void Settle()
        {
            while (dispatcher.Step()) { }
        }
        Settle();
        Task? stopped = null;
        dispatcher.Enter(() => stopped = system.Stop(TimeSpan.FromSeconds(5)).AsTask());
        system.Spawn(Props.Of(() => new Puppet { OnStop = async _ => await _gate.Task }), "late");
        Settle();
        while (clock.FireNext(TimeSpan.FromSeconds(5)))
            Settle();
        Assert.True(stopped!.IsCompletedSuccessfully);
        Assert.True(system.Terminated.IsCompletedSuccessfully);
    }

    [Fact]
    public void S8_Only_a_parent_stops_an_actor_and_stopping_twice_is_no_error()
    {
        var stranger = _kit.Spawn(() => new Puppet(), "stranger");
        var refused = 0;
        var actor = _kit.Spawn(() => new Puppet(), "parent");
        ActorRef<Act>? child = null;
        actor.Tell(Do(me =>
        {
            Assert.Throws<InvalidOperationException>(() => me.Stop(stranger));
            refused++;
            child = me.Spawn("child", new Puppet { OnStop = Note("child") });
            me.Stop(child);
            me.Stop(child);
        }));
        _kit.Settle();
        actor.Tell(Do(me => me.Stop(child!)));
        _kit.Settle();
        Assert.Equal(1, refused);
        Assert.Equal(["child"], _diary);
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S8_A_system_can_be_stopped_twice_and_at_the_same_time()
    {
        _kit.Spawn(() => new Puppet { OnStop = Note("a") }, "a");
        _kit.Spawn(() => new Puppet { OnStop = Note("b") }, "b");
        _kit.Settle();
        var first = _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5)));
        var second = _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5)));
        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully);
        Assert.Equal(["b", "a"], _diary);
        Assert.Null(_kit.Clock.Next);
    }
}
