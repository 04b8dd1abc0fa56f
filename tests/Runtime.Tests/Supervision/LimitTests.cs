using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Supervision;

/// <summary>How many restarts are too many, and what happens then.</summary>
public sealed class LimitTests
{
    private static SupervisorStrategy Twice(Directive exceeded, TimeSpan? within = null) => SupervisorStrategy.Default with
    {
        Backoff = Backoff.None,
        Limit = new RestartLimit(2, within ?? TimeSpan.FromSeconds(10), exceeded),
    };

    private static Act FailInTurn(string name) => Fail(name);

    [Fact]
    public void S12_Exceeding_the_limit_escalates_with_the_childs_exception()
    {
        var kit = new TestSystem(supervision: Twice(Directive.Escalate));
        var actor = kit.Spawn(() => new Puppet(), "actor");
        for (var n = 1; n <= 3; n++)
        {
            Assert.False(kit.System.Terminated.IsCompleted);
            actor.Tell(FailInTurn($"failure {n}"));
            kit.Settle();
        }
        Assert.Equal("failure 3", kit.System.Terminated.Exception?.InnerException?.Message);
        Assert.Empty(kit.Quarantines);
    }

    [Fact]
    public void S12_Escalate_is_the_default() => Assert.Equal(Directive.Escalate, new RestartLimit(1, TimeSpan.FromSeconds(1)).Exceeded);

    [Fact]
    public void S12_With_Exceeded_Stop_the_child_is_stopped_and_quarantined_and_nobody_else_is_touched()
    {
        var kit = new TestSystem(supervision: Twice(Directive.Stop));
        var diary = new List<string>();
        var actor = kit.Spawn(() => new Puppet { OnStop = Do(_ => diary.Add("released")) }, "actor");
        var other = kit.Spawn(() => new Puppet(), "other");
        for (var n = 1; n <= 3; n++)
            actor.Tell(FailInTurn($"failure {n}"));
        kit.Settle();
        var quarantine = Assert.Single(kit.Quarantines);
        Assert.Equal((actor, "failure 3"), (quarantine.Actor, quarantine.Cause.Message));
        Assert.Equal(["released", "released", "released"], diary);
        Assert.Single(kit.Log.About("quarantined"));
        other.Tell(Do(_ => diary.Add("alive")));
        kit.Settle();
        Assert.Equal("alive", diary[^1]);
        Assert.False(kit.System.Terminated.IsCompleted);
    }

    [Fact]
    public void S12_The_limit_looks_back_over_its_window_only()
    {
        var kit = new TestSystem(supervision: Twice(Directive.Stop, within: TimeSpan.FromSeconds(10)));
        var actor = kit.Spawn(() => new Puppet(), "actor");
        for (var n = 1; n <= 20; n++)
        {
            actor.Tell(Fail());
            kit.Advance(TimeSpan.FromSeconds(5) + TimeSpan.FromTicks(1));
        }
        Assert.Empty(kit.Quarantines);
        actor.Tell(Fail());
        actor.Tell(Fail());
        kit.Settle();
        Assert.Single(kit.Quarantines);
    }

    [Fact]
    public void S12_Unlimited_restarts_for_ever()
    {
        var kit = new TestSystem(supervision: SupervisorStrategy.Default with { Backoff = Backoff.None, Limit = RestartLimit.Unlimited });
        var actor = kit.Spawn(() => new Puppet(), "actor");
        for (var n = 0; n < 10_000; n++)
            actor.Tell(Fail());
        kit.Settle();
        Assert.Equal(10_000, Assert.Single(kit.System.Snapshot(), info => info.Path == "/actor").Restarts);
    }

    [Fact]
    public void S12_Each_child_has_a_limit_of_its_own()
    {
        var kit = new TestSystem(supervision: Twice(Directive.Stop));
        for (var child = 0; child < 5; child++)
        {
            var actor = kit.Spawn(() => new Puppet(), $"actor-{child}");
            actor.Tell(Fail());
            actor.Tell(Fail());
        }
        kit.Settle();
        Assert.Empty(kit.Quarantines);
    }

    [Fact]
    public void S12_The_default_trips_in_a_crash_loop()
    {
        var kit = new TestSystem();
        kit.Spawn(() => new Puppet { OnStart = Fail("never starts") }, "actor");
        kit.Advance(TimeSpan.FromSeconds(60));
        Assert.False(kit.System.Terminated.IsCompleted);
        kit.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal("never starts", kit.System.Terminated.Exception?.InnerException?.Message);
    }
}
