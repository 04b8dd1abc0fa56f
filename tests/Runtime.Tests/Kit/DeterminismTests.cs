using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Kit;

/// <summary>What makes a test with the kit repeatable: one seed, one thread, one order.</summary>
public sealed class DeterminismTests
{
    /// <summary>Much of everything: awaits, timers, failures, children, a stop. The diary is what an observer saw, in order.</summary>
    private static (ulong Trace, string Diary, long Steps) Run(int seed)
    {
        var kit = new TestSystem(seed);
        var diary = new List<string>();
        for (var n = 0; n < 6; n++)
        {
            var name = $"a{n}";
            var actor = kit.Spawn(() => new Puppet { OnStart = Do(me => me.Spawn("child", new Puppet())), OnStop = Do(_ => diary.Add($"{name} released")) }, name);
            actor.Tell(async me =>
            {
                me.Timers.Every("tick", Do(_ => diary.Add($"{name} tick")), TimeSpan.FromMilliseconds(100));
                await Task.Yield();
                diary.Add($"{name} awaited");
            });
            for (var m = 0; m < 10; m++)
            {
                var number = m;
                actor.Tell(Do(_ => diary.Add($"{name} {number}")));
            }
            actor.Tell(Fail());
        }
        kit.Advance(TimeSpan.FromSeconds(1));
        _ = kit.Run(() => kit.System.Stop(TimeSpan.FromSeconds(1)));
        return (kit.Dispatcher.Trace, string.Join(',', diary), kit.Dispatcher.Steps);
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        foreach (var seed in new[] { 1, 2, 3, 4711 })
            Assert.Equal(Run(seed), Run(seed));
    }

    [Fact]
    public void Another_seed_is_another_run()
    {
        var runs = Enumerable.Range(1, 20).Select(Run).ToArray();
        Assert.Equal(20, runs.Select(run => run.Trace).Distinct().Count());
        Assert.Equal(20, runs.Select(run => run.Diary).Distinct().Count());
    }

    [Fact]
    public void A_run_does_not_depend_on_the_thread_that_drives_it()
    {
        (ulong, string, long) there = default;
        var thread = new Thread(() => there = Run(5));
        thread.Start();
        thread.Join();
        Assert.Equal(Run(5), there);
    }

    [Fact]
    public void Work_from_another_thread_is_a_violation_while_the_system_is_driven()
    {
        var kit = new TestSystem();
        var actor = kit.Spawn(() => new Puppet(), "actor");
        var idle = kit.Spawn(() => new Puppet(), "idle");
        kit.Settle();
        actor.Tell(Do(_ => OnAnotherThread(() => idle.Tell(Do(_ => { })))));
        Assert.Contains("another thread", Assert.Throws<ProbeException>(kit.Settle).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_from_another_thread_is_a_violation_also_between_two_steps_of_the_test()
    {
        var kit = new TestSystem();
        var actor = kit.Spawn(() => new Puppet(), "actor");
        kit.Settle();
        OnAnotherThread(() => actor.Tell(Do(_ => { })));
        Assert.Throws<ProbeException>(kit.Settle);
    }

    [Fact]
    public void A_handler_that_leaves_for_the_thread_pool_is_a_violation()
    {
        var kit = new TestSystem();
        var actor = kit.Spawn(() => new Puppet(), "actor");
        var idle = kit.Spawn(() => new Puppet(), "idle");
        kit.Settle();
        using var left = new ManualResetEventSlim();
        actor.Tell(async _ =>
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            idle.Tell(Do(_ => { }));
            left.Set();
        });
        kit.Dispatcher.Step();
        Assert.True(left.Wait(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.Throws<ProbeException>(kit.Settle);
    }

    private static void OnAnotherThread(Action act)
    {
        var thread = new Thread(() => act());
        thread.Start();
        thread.Join();
    }
}
