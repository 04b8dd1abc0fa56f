using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Diagnostics;

public sealed class SnapshotTests
{
    private readonly TestSystem _kit = new(sampleEvery: TimeSpan.FromSeconds(1));
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ActorInfo Of(string path) => Assert.Single(_kit.System.Snapshot(), info => info.Path == path);

    [Fact]
    public void A_snapshot_lists_parents_before_children_and_siblings_in_start_order()
    {
        foreach (var name in new[] { "z", "a" })
        {
            _kit.Spawn(() => new Puppet
            {
                OnStart = Do(me =>
                {
                    me.Spawn("2", new Puppet());
                    me.Spawn("1", new Puppet());
                }),
            }, name);
        }
        _kit.Settle();
        Assert.Equal(["/journal", "/z", "/z/2", "/z/1", "/a", "/a/2", "/a/1"], _kit.System.Snapshot().Select(info => info.Path));
    }

    [Fact]
    public void A_snapshot_tells_state_depth_restarts_and_the_last_error()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        Assert.Equal(ActorState.Starting, Of("/actor").State);
        actor.Tell(Do(_ => { }));
        actor.Tell(Fail("first"));
        actor.Tell(async _ => await _gate.Task);
        actor.Tell(Do(_ => { }));
        _kit.Settle();
        var suspended = Of("/actor");
        Assert.Equal((ActorState.Suspended, 2, 2L, 1, 0, "first"),
            (suspended.State, suspended.Depth, suspended.Processed, suspended.Failures, suspended.Restarts, suspended.LastError));
        _kit.Advance(TimeSpan.FromSeconds(1));
        var running = Of("/actor");
        Assert.Equal((ActorState.Running, 1, 1, "first"), (running.State, running.Depth, running.Restarts, running.LastError));
        _ = _kit.Run(() => _kit.System.Stop(TimeSpan.FromSeconds(5)));
        _gate.SetResult();
        _kit.Settle();
        Assert.Empty(_kit.System.Snapshot());
    }

    [Fact]
    public void A_snapshot_tells_who_is_restarting_and_who_is_stopping()
    {
        var kit = new TestSystem(supervision: SupervisorStrategy.Default with { Backoff = Backoff.None });
        kit.Spawn(() => new Puppet { OnRestart = async (_, _) => await _gate.Task }, "restarting").Tell(Fail());
        kit.Spawn(() => new Puppet { OnStop = async _ => await _gate.Task }, "stopping").Tell(Do(me => me.StopSelf()));
        kit.Settle();
        Assert.Equal(
            [("/journal", ActorState.Running), ("/restarting", ActorState.Restarting), ("/stopping", ActorState.Stopping)],
            kit.System.Snapshot().Select(info => (info.Path, info.State)));
    }

    [Fact]
    public void Stuck_counts_from_the_first_sample_that_saw_work_and_starts_over_with_progress()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(async _ => await _gate.Task);
        actor.Tell(async _ => await new TaskCompletionSource().Task);
        actor.Tell(Do(_ => { }));
        _kit.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(9), Of("/actor").Stuck);
        _gate.SetResult();
        _kit.Settle();
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, Of("/actor").Stuck);
        _kit.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), Of("/actor").Stuck);
    }

    [Fact]
    public void Who_has_an_empty_mailbox_is_never_stuck_and_who_fails_each_message_makes_progress()
    {
        var kit = new TestSystem(
            supervision: SupervisorStrategy.Default with { Decide = _ => Directive.Resume }, sampleEvery: TimeSpan.FromSeconds(1));
        kit.Spawn(() => new Puppet(), "idle").Tell(async _ => await _gate.Task);
        var failing = kit.Spawn(() => new Puppet(), "failing");
        failing.Tell(Do(me => me.Timers.Every("tick", Fail(), TimeSpan.FromSeconds(0.4))));
        kit.Settle();
        kit.Advance(TimeSpan.FromSeconds(10));
        Assert.All(kit.System.Snapshot(), info => Assert.Equal(TimeSpan.Zero, info.Stuck));
    }
}
