using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Supervision;

/// <summary>What a restart keeps and what it drops.</summary>
public sealed class RestartTests
{
    private readonly TestSystem _kit = new(supervision: SupervisorStrategy.Default with { Backoff = Backoff.None });
    private readonly List<string> _diary = [];

    private Act Note(string what) => Do(_ => _diary.Add(what));

    [Fact]
    public void S11_Ref_path_and_mailbox_stay_and_the_instance_goes()
    {
        var made = 0;
        var instances = new List<Puppet>();
        var actor = _kit.Spawn(() =>
        {
            made++;
            return new Puppet();
        }, "actor");
        actor.Tell(Do(instances.Add));
        actor.Tell(Fail());
        actor.Tell(Do(instances.Add));
        _kit.Settle();
        Assert.Equal(2, made);
        Assert.Equal(2, instances.Distinct().Count());
        Assert.Single(_kit.System.Snapshot(), info => info.Path == "/actor");
    }

    [Fact]
    public void S11_Adapters_made_before_a_restart_reach_the_new_instance()
    {
        ActorRef<string>? adapter = null;
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Do(me => adapter = me.Adapt<string>(Note)));
        actor.Tell(Fail());
        _kit.Settle();
        adapter!.Tell("reply");
        _kit.Settle();
        Assert.Equal(["reply"], _diary);
    }

    [Fact]
    public void S11_Children_are_stopped_before_PreRestart_in_reverse_order_and_the_new_instance_may_use_their_names()
    {
        var actor = _kit.Spawn(() => new Puppet
        {
            OnStart = Do(me =>
            {
                me.Spawn("a", new Puppet { OnStop = Note("a stopped") });
                me.Spawn("b", new Puppet
                {
                    OnStop = async _ =>
                {
                    await Task.Yield();
                    _diary.Add("b stopped");
                }
                });
                _diary.Add("made");
            }),
            OnRestart = (_, cause) =>
            {
                _diary.Add($"released because {cause.Message}");
                return default;
            },
        }, "actor");
        actor.Tell(Fail("told to"));
        _kit.Settle();
        Assert.Equal(["made", "b stopped", "a stopped", "released because told to", "made"], _diary);
        Assert.Equal(["/actor/a", "/actor/b"], _kit.System.Snapshot().Select(info => info.Path).Where(path => path.StartsWith("/actor/", StringComparison.Ordinal)));
    }

    [Fact]
    public void S11_PreRestart_releases_by_default_what_PostStop_releases()
    {
        var actor = _kit.Spawn(() => new Puppet { OnStop = Note("released") }, "actor");
        actor.Tell(Fail());
        _kit.Settle();
        Assert.Equal(["released"], _diary);
    }

    [Fact]
    public void S11_Timers_go_with_the_instance_also_a_tick_that_is_queued_already()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(async me =>
        {
            me.Timers.Once("soon", Note("soon"), TimeSpan.FromSeconds(1));
            me.Timers.Every("later", Note("later"), TimeSpan.FromSeconds(5));
            await gate.Task;
            throw new TestFailure("now");
        });
        _kit.Advance(TimeSpan.FromSeconds(2));
        gate.SetResult();
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(_diary);
        Assert.Null(_kit.Clock.Next);
    }

    [Fact]
    public void S11_What_the_old_instance_sets_up_while_it_is_released_does_not_reach_the_new_one()
    {
        Exception? refused = null;
        var actor = _kit.Spawn(() => new Puppet
        {
            OnRestart = (me, _) =>
            {
                me.Timers.Every("ghost", Note("ghost"), TimeSpan.FromSeconds(1));
                refused = Record.Exception(() => me.Spawn("ghost", new Puppet()));
                return default;
            },
        }, "actor");
        actor.Tell(Fail());
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.IsType<InvalidOperationException>(refused);
        Assert.Empty(_diary);
        Assert.Null(_kit.Clock.Next);
    }

    [Fact]
    public void S11_Stashed_messages_go_to_the_front_in_order()
    {
        var first = true;
        Act StashedByTheFirst(string what) => me =>
        {
            if (first)
                me.Stash();
            else
                _diary.Add(what);
            return default;
        };
        var actor = _kit.Spawn(() => new Puppet
        {
            OnRestart = (_, _) =>
        {
            first = false;
            return default;
        }
        }, "actor");
        actor.Tell(StashedByTheFirst("1"));
        actor.Tell(StashedByTheFirst("2"));
        actor.Tell(Fail());
        actor.Tell(Note("3"));
        _kit.Settle();
        Assert.Equal(["1", "2", "3"], _diary);
    }

    [Fact]
    public void S11_The_test_kits_restart_is_a_restart()
    {
        var made = 0;
        var actor = _kit.Spawn(() =>
        {
            made++;
            return new Puppet();
        }, "actor");
        _kit.Settle();
        _kit.Restart(actor);
        _kit.Restart(actor);
        actor.Tell(Fail());
        _kit.Settle();
        Assert.Equal(4, made);
        Assert.Equal(3, Assert.Single(_kit.System.Snapshot(), info => info.Path == "/actor").Restarts);
    }
}
