using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class StartTests
{
    private readonly TestSystem _kit = new(supervision: SupervisorStrategy.Default with { Backoff = Backoff.None });
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _diary = [];

    private Act Note(string what) => Do(_ => _diary.Add(what));

    [Fact]
    public void S7_PreStart_completes_before_the_first_message_and_messages_wait_meanwhile()
    {
        var actor = _kit.Spawn(() => new Puppet
        {
            OnStart = async _ =>
            {
                await _gate.Task;
                _diary.Add("started");
            },
        }, "actor");
        actor.Tell(Note("message"));
        _kit.Settle();
        Assert.Empty(_diary);
        _gate.SetResult();
        _kit.Settle();
        Assert.Equal(["started", "message"], _diary);
    }

    [Fact]
    public void S7_A_failing_PreStart_is_decided_by_the_parent_and_the_messages_wait_for_a_start_that_succeeds()
    {
        var attempts = 0;
        var actor = _kit.Spawn(() => new Puppet
        {
            OnStart = async _ =>
            {
                await Task.Yield();
                if (++attempts < 3)
                    throw new TestFailure($"attempt {attempts}");
            },
            OnStop = Note("released"),
        }, "actor");
        actor.Tell(Note("message"));
        _kit.Settle();
        Assert.Equal(3, attempts);
        Assert.Equal(["released", "released", "message"], _diary);     // what a half-made instance holds is let go
        Assert.Empty(_kit.DeadLetters);
    }

    [Fact]
    public void S7_A_failing_props_factory_is_a_failed_start()
    {
        var attempts = 0;
        var actor = _kit.Spawn(() => ++attempts < 3 ? throw new TestFailure("no instance") : new Puppet(), "actor");
        actor.Tell(Note("message"));
        _kit.Settle();
        Assert.Equal(["message"], _diary);
        Assert.Equal(2, Assert.Single(_kit.System.Snapshot(), info => info.Path == "/actor").Restarts);
    }

    [Fact]
    public void S7_An_instance_that_is_handed_out_twice_is_a_failed_start()
    {
        var only = new Puppet();
        _kit.Spawn(() => only, "first");
        _kit.Settle();
        _kit.Spawn(() => only, "second");
        _kit.Settle();
        Assert.Contains("already belongs to '/first'", _kit.Log.About("/second failed").First().Cause!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void S7_Resume_after_a_failed_start_starts_again_from_the_beginning()
    {
        var kit = new TestSystem(supervision: SupervisorStrategy.Default with { Decide = static _ => Directive.Resume });
        var attempts = 0;
        var actor = kit.Spawn(() => new Puppet
        {
            OnStart = me =>
            {
                me.Spawn("child", new Puppet());
                me.Timers.Once("tick", Note("tick"), TimeSpan.FromMinutes(1));
                return ++attempts < 3 ? throw new TestFailure($"attempt {attempts}") : default;
            },
            OnStop = Note("released"),
        }, "actor");
        actor.Tell(Note("message"));
        kit.Settle();
        Assert.Equal(1, attempts);      // not at once, over and over: there is a backoff between two starts
        kit.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, attempts);
        Assert.Equal(["released", "released", "message", "tick"], _diary);
        Assert.All(kit.Log.About("failed"), line => Assert.IsType<TestFailure>(line.Cause));
    }

    [Fact]
    public void S7_Self_and_System_are_there_in_PreStart_but_not_in_the_constructor()
    {
        Assert.Throws<InvalidOperationException>(() => new Puppet().Self);
        ActorRef<Act>? seen = null;
        var actor = _kit.Spawn(() => new Puppet { OnStart = Do(me => seen = me.Self) }, "actor");
        _kit.Settle();
        Assert.Same(actor, seen);
    }
}
