using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Execution;

public sealed class KillTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly TestSystem _kit = new();
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _diary = [];

    private void StopPastTheDeadline()
    {
        _kit.Settle();
        var stopped = _kit.Run(() => _kit.System.Stop(Deadline));
        _kit.Advance(Deadline);
        Assert.True(stopped.IsCompletedSuccessfully);
    }

    private void LetTheAbandonedHandlerGoOn()
    {
        _gate.SetResult();
        _kit.Settle();
    }

    [Fact]
    public void S9_After_a_kill_PostStop_does_not_run()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Do(_ => _diary.Add("PostStop")) }, "slow");
        actor.Tell(async _ =>
        {
            await _gate.Task;
            _diary.Add("handler");
        });
        StopPastTheDeadline();
        LetTheAbandonedHandlerGoOn();
        Assert.Equal(["handler"], _diary);
    }

    [Fact]
    public void S9_Nobody_is_killed_within_the_deadline()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Do(_ => _diary.Add("PostStop")) }, "slow");
        actor.Tell(async _ => await _gate.Task);
        _kit.Settle();
        var stopped = _kit.Run(() => _kit.System.Stop(Deadline));
        _kit.Advance(Deadline - TimeSpan.FromTicks(1));
        Assert.False(stopped.IsCompleted);
        LetTheAbandonedHandlerGoOn();
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(["PostStop"], _diary);
    }

    [Fact]
    public void S9_A_killed_actor_is_dead_at_once_although_its_handler_still_awaits()
    {
        var actor = _kit.Spawn(() => new Puppet(), "slow");
        actor.Tell(async _ => await _gate.Task);
        StopPastTheDeadline();
        actor.Tell(Do(_ => _diary.Add("handled")));
        Assert.Equal("killed", Assert.Single(_kit.DeadLetters).Reason);
        LetTheAbandonedHandlerGoOn();
        Assert.Empty(_diary);
    }

    [Fact]
    public void S9_An_abandoned_handler_can_neither_spawn_nor_tell_itself()
    {
        var actor = _kit.Spawn(() => new Puppet(), "slow");
        actor.Tell(async me =>
        {
            await _gate.Task;
            me.Self.Tell(Do(_ => _diary.Add("told")));
            Assert.Throws<InvalidOperationException>(() => me.Spawn("child", new Puppet()));
            _diary.Add("refused");
        });
        StopPastTheDeadline();
        LetTheAbandonedHandlerGoOn();
        Assert.Equal(["refused"], _diary);
        Assert.Equal("killed", Assert.Single(_kit.DeadLetters).Reason);
    }

    [Fact]
    public void S9_The_exception_of_an_abandoned_handler_is_only_logged()
    {
        var actor = _kit.Spawn(() => new Puppet(), "slow");
        actor.Tell(async _ =>
        {
            await _gate.Task;
            throw new TestFailure("too late");
        });
        StopPastTheDeadline();
        LetTheAbandonedHandlerGoOn();
        Assert.Empty(_kit.DeadLetters);
        Assert.IsType<TestFailure>(Assert.Single(_kit.Log.About("/slow failed")).Cause);
        Assert.True(_kit.System.Terminated.IsCompletedSuccessfully);
    }

    [Fact]
    public void S9_Who_is_killed_in_the_middle_of_a_restart_is_not_made_again()
    {
        var made = 0;
        var actor = _kit.Spawn(() => new Puppet { OnStart = Do(_ => made++), OnRestart = async (_, _) => await _gate.Task }, "slow");
        actor.Tell(Fail());
        _kit.Advance(TimeSpan.FromSeconds(1));
        StopPastTheDeadline();
        LetTheAbandonedHandlerGoOn();
        Assert.Equal(1, made);
    }

    [Fact]
    public void S9_A_kill_takes_the_children_along_without_their_PostStop()
    {
        var parent = _kit.Spawn(() => new Puppet { OnStop = Do(_ => _diary.Add("parent")) }, "parent");
        ActorRef<Act>? free = null;
        parent.Tell(Do(me =>
        {
            free = me.Spawn("free", new Puppet { OnStop = Do(_ => _diary.Add("free")) });
            var busy = me.Spawn("busy", new Puppet { OnStop = Do(_ => _diary.Add("busy")) });
            busy.Tell(async _ => await _gate.Task);
        }));
        StopPastTheDeadline();
        Assert.Empty(_diary);
        free!.Tell(Do(_ => _diary.Add("handled")));
        LetTheAbandonedHandlerGoOn();
        Assert.Empty(_diary);
        Assert.Empty(_kit.System.Snapshot());
    }

    [Fact]
    public void S9_What_a_killed_actor_had_not_taken_yet_becomes_dead_letters()
    {
        var actor = _kit.Spawn(() => new Puppet(), "slow");
        actor.Tell(async me =>
        {
            me.Timers.Once("tick", Do(_ => _diary.Add("tick")), Deadline / 2);
            await _gate.Task;
        });
        actor.Tell(Do(_ => _diary.Add("waiting")));
        StopPastTheDeadline();
        LetTheAbandonedHandlerGoOn();
        Assert.Empty(_diary);
        Assert.Equal("killed", Assert.Single(_kit.DeadLetters).Reason);
    }

    [Fact]
    public void S9_The_deadline_holds_for_each_top_level_actor_on_its_own_and_the_killed_is_named_in_the_log()
    {
        foreach (var name in new[] { "first", "second" })
            _kit.Spawn(() => new Puppet(), name).Tell(async _ => await _gate.Task);
        _kit.Settle();
        var stopped = _kit.Run(() => _kit.System.Stop(Deadline));
        _kit.Advance(Deadline);
        Assert.False(stopped.IsCompleted);
        _kit.Advance(Deadline);
        Assert.True(stopped.IsCompletedSuccessfully);
        Assert.Equal(["/second did not stop within 5 s and was killed", "/first did not stop within 5 s and was killed"],
            _kit.Log.About("killed").Select(line => line.Text));
    }
}
