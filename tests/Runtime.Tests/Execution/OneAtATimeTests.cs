using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class OneAtATimeTests
{
    private readonly TestSystem _kit = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _diary = [];

    private Act WaitAtTheGate => async _ =>
    {
        _diary.Add("begin");
        await _gate.Task;
        _diary.Add("end");
    };

    private void Open()
    {
        _gate.SetResult();
        _kit.Settle();
    }

    [Fact]
    public void S4_No_message_is_handled_while_a_Receive_awaits()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(WaitAtTheGate);
        actor.Tell(Do(_ => _diary.Add("next")));
        _kit.Settle();
        Assert.Equal(["begin"], _diary);
        Open();
        Assert.Equal(["begin", "end", "next"], _diary);
    }

    [Fact]
    public void S4_No_timer_fires_into_a_Receive_that_awaits()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(me =>
        {
            me.Timers.Once("tick", Do(_ => _diary.Add("tick")), TimeSpan.FromSeconds(1));
            return WaitAtTheGate(me);
        });
        _kit.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["begin"], _diary);
        Open();
        Assert.Equal(["begin", "end", "tick"], _diary);
    }

    [Fact]
    public void S4_No_signal_is_looked_at_while_a_Receive_awaits()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Do(_ => _diary.Add("PostStop")) }, "actor");
        actor.Tell(WaitAtTheGate);
        _kit.Settle();
        var stopped = _kit.Run(() => _kit.System.Stop(TimeSpan.FromMinutes(1)));
        Assert.Equal(["begin"], _diary);
        Open();
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(["begin", "end", "PostStop"], _diary);
    }

    [Fact]
    public void S4_Neither_start_nor_TurnEnded_nor_a_timer_handler_is_interrupted()
    {
        var inside = 0;
        async ValueTask Alone(Puppet _)
        {
            Assert.Equal(1, ++inside);
            await Task.Yield();
            await Task.Yield();
            Assert.Equal(0, --inside);
        }
        for (var seed = 1; seed <= 30; seed++)
        {
            var kit = new TestSystem(seed);
            var actor = kit.Spawn(() => new Puppet { OnStart = Alone, OnTurnEnded = Alone, OnStop = Alone }, "actor");
            actor.Tell(me =>
            {
                me.Timers.Every("tick", Alone, TimeSpan.FromMilliseconds(10));
                return Alone(me);
            });
            for (var n = 0; n < 20; n++)
            {
                actor.Tell(Alone);
                kit.Advance(TimeSpan.FromMilliseconds(7));
            }
            var stopped = kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(1)));
            Assert.True(stopped.IsCompletedSuccessfully);
            Assert.Empty(kit.DeadLetters);
        }
    }

    [Fact]
    public void S4_No_actor_runs_inside_anothers_turn_although_that_one_completes_what_it_awaits()
    {
        var inline = new TaskCompletionSource();        // its continuations run where it is completed
        var insideTheOther = false;
        var waiting = _kit.Spawn(() => new Puppet { OnTurnEnded = Do(_ => _diary.Add($"{insideTheOther}")) }, "waiting");
        waiting.Tell(_ => new ValueTask(inline.Task));
        _kit.Settle();
        _kit.Spawn(() => new Puppet(), "other").Tell(Do(_ =>
        {
            insideTheOther = true;
            inline.SetResult();
            insideTheOther = false;
        }));
        _kit.Settle();
        Assert.Equal(["False"], _diary);
    }

    [Fact]
    public void S6_An_actor_that_waits_for_an_answer_still_answers_because_it_waits_by_message()
    {
        // Two that ask each other: with an awaited answer both would hang.
        var asked = new List<string>();
        var left = _kit.Spawn(() => new Puppet(), "left");
        var right = _kit.Spawn(() => new Puppet(), "right");
        Act Question(string name, ActorRef<Act> other) => Do(me =>
        {
            var answer = me.Adapt<string>(text => Do(_ => asked.Add($"{name} heard {text}")));
            other.Tell(Do(_ => answer.Tell($"yes, {name}")));
        });
        left.Tell(Question("left", right));
        right.Tell(Question("right", left));
        _kit.Settle();
        Assert.Equal(["left heard yes, left", "right heard yes, right"], asked.Order());
    }

    [Fact]
    public void S6_Ask_is_not_among_the_members_of_an_actor() =>
        Assert.Empty(typeof(Actor<>).GetMember("Ask*", global::System.Reflection.BindingFlags.Instance | global::System.Reflection.BindingFlags.Static
            | global::System.Reflection.BindingFlags.Public | global::System.Reflection.BindingFlags.NonPublic));
}
