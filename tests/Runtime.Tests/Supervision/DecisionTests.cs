using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Supervision;

/// <summary>What each answer of a parent does.</summary>
public sealed class DecisionTests
{
    private static readonly SupervisorStrategy AtOnce = SupervisorStrategy.Default with { Backoff = Backoff.None };

    private readonly TestSystem _kit = new();
    private readonly List<string> _diary = [];
    private readonly Dictionary<string, ActorRef<Act>> _children = [];

    private Act Note(string what) => Do(_ => _diary.Add(what));

    private Puppet Child(string name) => new()
    {
        OnStart = Note($"{name} made"),
        OnStop = Note($"{name} released"),
    };

    private ActorRef<Act> SpawnFamily(SupervisorStrategy strategy, params string[] names)
    {
        var parent = _kit.Spawn(() => new Puppet
        {
            Strategy = strategy,
            OnStart = Do(me =>
            {
                foreach (var name in names)
                    _children[name] = me.Spawn(name, () => Child(name));
            }),
        }, "parent");
        _kit.Settle();
        _diary.Clear();
        return parent;
    }

    [Fact]
    public void S10_Resume_keeps_the_instance_and_goes_on_with_the_next_message()
    {
        SpawnFamily(AtOnce with { Decide = _ => Directive.Resume }, "child");
        _children["child"].Tell(Fail());
        _children["child"].Tell(Note("next"));
        _kit.Settle();
        Assert.Equal(["next"], _diary);
    }

    [Fact]
    public void S10_Stop_stops_the_child_and_what_waited_becomes_dead_letters()
    {
        SpawnFamily(AtOnce with { Decide = _ => Directive.Stop }, "child");
        _children["child"].Tell(Fail());
        _children["child"].Tell(Note("next"));
        _kit.Settle();
        Assert.Equal(["child released"], _diary);
        Assert.Equal(["failed", "stopped"], _kit.DeadLetters.Select(letter => letter.Reason));
    }

    [Fact]
    public void S10_OneForOne_leaves_the_siblings_alone()
    {
        SpawnFamily(AtOnce, "a", "b");
        _children["a"].Tell(Fail());
        _kit.Settle();
        Assert.Equal(["a released", "a made"], _diary);
    }

    [Fact]
    public void S10_AllForOne_restarts_the_siblings_too()
    {
        SpawnFamily(AtOnce with { Scope = Scope.AllForOne }, "a", "b", "c");
        _children["b"].Tell(Fail());
        _kit.Settle();
        Assert.Equal(["a made", "a released", "b made", "b released", "c made", "c released"], _diary.Order());
    }

    [Fact]
    public void S10_AllForOne_stops_the_siblings_too()
    {
        SpawnFamily(AtOnce with { Scope = Scope.AllForOne, Decide = _ => Directive.Stop }, "a", "b", "c");
        _children["b"].Tell(Fail());
        _kit.Settle();
        Assert.Equal(["a released", "b released", "c released"], _diary.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void S10_Siblings_that_fail_together_under_AllForOne_are_restarted_once(int milliseconds)
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var kit = new TestSystem(seed);
            var made = new Dictionary<string, int>();
            var children = new List<ActorRef<Act>>();
            var delay = TimeSpan.FromMilliseconds(milliseconds);
            kit.Spawn(() => new Puppet
            {
                Strategy = AtOnce with { Scope = Scope.AllForOne, Backoff = new(delay, delay, Jitter.None) },
                OnStart = Do(me => children.AddRange(new[] { "a", "b", "c" }.Select(name => me.Spawn(name, () =>
                {
                    made[name] = made.GetValueOrDefault(name) + 1;
                    return new Puppet();
                })))),
            }, "parent");
            kit.Settle();
            children[0].Tell(Fail());
            children[1].Tell(Fail());
            kit.Advance(TimeSpan.FromSeconds(10));
            // The second failure may come after the restart that the first one caused; then it is a failure of its own.
            Assert.All(made.Values, n => Assert.Equal(made["a"], n));
            if (milliseconds > 0)
                Assert.All(made.Values, n => Assert.Equal(2, n));
            Assert.Null(kit.Clock.Next);
        }
    }

    [Fact]
    public void S10_A_failure_that_a_siblings_restart_has_answered_is_not_answered_again()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var parent = SpawnFamily(AtOnce with { Scope = Scope.AllForOne }, "a", "b");
        parent.Tell(async _ => await gate.Task);
        _kit.Settle();
        // Both fail while the parent is busy: it hears of both before it has said a word.
        foreach (var child in _children.Values)
            child.Tell(Fail());
        _kit.Settle();
        gate.SetResult();
        _kit.Settle();
        Assert.Equal(["a made", "a released", "b made", "b released"], _diary.Order());
    }

    [Fact]
    public void S10_Escalate_fails_the_parent_with_the_childs_exception_and_its_restart_makes_the_family_new()
    {
        var kit = new TestSystem(supervision: AtOnce);
        var made = 0;
        ActorRef<Act>? child = null;
        kit.Spawn(() => new Puppet
        {
            Strategy = AtOnce with { Decide = _ => Directive.Escalate },
            OnStart = Do(me => child = me.Spawn("child", () => new Puppet { OnStart = Do(_ => made++) })),
        }, "parent");
        kit.Settle();
        child!.Tell(Fail("child's own"));
        kit.Settle();
        Assert.Equal(2, made);
        Assert.Equal("child's own", Assert.Single(kit.Log.About("/parent failed")).Cause?.Message);
    }

    [Fact]
    public void S10_When_the_grandparent_resumes_the_parent_all_that_was_escalated_goes_on()
    {
        var kit = new TestSystem(supervision: AtOnce with { Decide = _ => Directive.Resume });
        var children = new List<ActorRef<Act>>();
        kit.Spawn(() => new Puppet
        {
            Strategy = AtOnce with { Decide = _ => Directive.Escalate },
            OnStart = Do(me => children.AddRange(new[] { "a", "b" }.Select(name => me.Spawn(name, new Puppet())))),
        }, "parent");
        kit.Settle();
        // Both fail before the grandparent has had a word.
        foreach (var child in children)
            child.Tell(Fail());
        foreach (var child in children)
            child.Tell(Note(child.Path));
        kit.Settle();
        Assert.Equal(["/parent/a", "/parent/b"], _diary.Order());
        Assert.All(kit.System.Snapshot(), info => Assert.Equal(ActorState.Running, info.State));
    }

    [Fact]
    public void S10_An_actor_that_is_down_already_is_not_restarted_twice_for_two_failures_of_its_children()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var kit = new TestSystem(seed);
            var made = 0;
            var children = new List<ActorRef<Act>>();
            kit.Spawn(() => new Puppet
            {
                Strategy = AtOnce with { Decide = _ => Directive.Escalate },
                OnStart = Do(me =>
                {
                    made++;
                    children.AddRange(new[] { "a", "b" }.Select(name => me.Spawn(name, new Func<Puppet>(() => new Puppet()))));
                }),
            }, "parent");
            kit.Settle();
            foreach (var child in children.ToArray())
                child.Tell(Fail());
            kit.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(2, made);
            Assert.Equal(1, Assert.Single(kit.System.Snapshot(), info => info.Path == "/parent").Restarts);
        }
    }

    [Fact]
    public void S10_A_Decide_that_throws_fails_the_parent_with_both_causes()
    {
        SpawnFamily(AtOnce with { Decide = _ => throw new TestFailure("no idea") }, "child");
        _children["child"].Tell(Fail("child's own"));
        _kit.Settle();
        var both = Assert.IsType<AggregateException>(Assert.Single(_kit.Log.About("/parent failed")).Cause);
        Assert.Equal(["no idea", "child's own"], both.InnerExceptions.Select(e => e.Message));
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["child released", "child made"], _diary);
    }

    [Fact]
    public void S10_The_childs_failure_is_answered_also_when_Decide_threw_and_the_grandparent_resumes()
    {
        var kit = new TestSystem(supervision: AtOnce with { Decide = _ => Directive.Resume });
        ActorRef<Act>? child = null;
        kit.Spawn(() => new Puppet
        {
            Strategy = AtOnce with { Decide = _ => throw new TestFailure("no idea") },
            OnStart = Do(me => child = me.Spawn("child", new Puppet())),
        }, "parent");
        kit.Settle();
        child!.Tell(Fail());
        child.Tell(Note("next"));
        kit.Settle();
        Assert.Equal(["next"], _diary);
    }

    [Fact]
    public void S10_A_child_that_cannot_start_is_stopped_when_what_it_was_passed_on_for_is_resumed()
    {
        var kit = new TestSystem(supervision: AtOnce with { Decide = _ => Directive.Resume });
        kit.Spawn(() => new Puppet
        {
            Strategy = AtOnce with { Limit = new RestartLimit(2, TimeSpan.FromMinutes(1)) },
            OnStart = Do(me => me.Spawn("child", new Func<Puppet>(() => new Puppet { OnStart = Fail("never") }))),
        }, "parent");
        kit.Settle();
        Assert.Equal("/parent/child", Assert.Single(kit.Quarantines).Actor.Path);
        Assert.DoesNotContain(kit.System.Snapshot(), static info => info.Path == "/parent/child");
    }

    [Fact]
    public void S10_A_failure_at_the_top_that_is_escalated_ends_the_system_with_its_cause()
    {
        var kit = new TestSystem(supervision: AtOnce with { Decide = _ => Directive.Escalate });
        kit.Spawn(() => new Puppet(), "actor").Tell(Fail("the end"));
        kit.Settle();
        Assert.Equal("the end", kit.System.Terminated.Exception?.InnerException?.Message);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Critical, Assert.Single(kit.Log.About("reached the top")).Level);
        Assert.True(kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(1))).IsCompletedSuccessfully);
        Assert.True(kit.System.Terminated.IsFaulted);
    }

    [Fact]
    public void S10_The_failure_of_a_critical_actor_is_its_parents_failure_whatever_the_parent_would_decide()
    {
        var kit = new TestSystem(supervision: AtOnce with { Decide = _ => Directive.Restart });
        kit.System.Spawn(Props.Of(() => new Puppet()) with { Critical = true }, "actor").Tell(Fail("the end"));
        kit.Settle();
        Assert.Equal("the end", kit.System.Terminated.Exception?.InnerException?.Message);
    }

    [Fact]
    public void S10_By_default_who_lost_its_right_to_write_or_cannot_read_its_journal_stops_and_anything_else_restarts()
    {
        Assert.Equal(Directive.Stop, SupervisorStrategy.DecideByDefault(new FencedException()).Directive);
        Assert.Equal(Directive.Stop, SupervisorStrategy.DecideByDefault(new UnreadableEventException("id", 1, new TestFailure("bytes"))).Directive);
        Assert.Equal(Directive.Restart, SupervisorStrategy.DecideByDefault(new TestFailure("other")).Directive);
        Assert.Equal(Directive.Restart, SupervisorStrategy.DecideByDefault(new SequenceTakenException()).Directive);
        Assert.Equal(Directive.Stop, SupervisorStrategy.StopChildren.Decide(new TestFailure("first failure")).Directive);
    }
}
