using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Supervision;
using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Supervision;

public sealed class BackoffTests
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private static SupervisorStrategy Doubling(Func<Exception, Decision>? decide = null) => SupervisorStrategy.Default with
    {
        Decide = decide ?? SupervisorStrategy.DecideByDefault,
        Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), Jitter.None),
        Limit = RestartLimit.Unlimited with { Within = Within },
    };

    /// <summary>How long after its failure the actor is made again.</summary>
    private static TimeSpan Downtime(TestSystem kit, ActorRef<Act> actor, Exception cause)
    {
        var failed = kit.Clock.Elapsed;
        TimeSpan? up = null;
        actor.Tell(_ => throw cause);
        actor.Tell(Do(_ => up = kit.Clock.Elapsed));
        kit.Settle();
        while (up is null)
            kit.Advance(kit.Clock.Next!.Value - kit.Clock.Elapsed);
        return up.Value - failed;
    }

    [Fact]
    public void S12_The_delay_doubles_up_to_its_maximum()
    {
        var kit = new TestSystem(supervision: Doubling());
        var actor = kit.Spawn(() => new Puppet(), "actor");
        Assert.Equal([1, 2, 4, 5, 5, 5], Enumerable.Range(0, 6).Select(_ => Downtime(kit, actor, new TestFailure("x")).TotalSeconds));
    }

    [Fact]
    public void S12_The_delay_starts_over_after_a_quiet_period_and_not_on_a_mere_start()
    {
        var kit = new TestSystem(supervision: Doubling());
        var actor = kit.Spawn(() => new Puppet(), "actor");
        TimeSpan Fails() => Downtime(kit, actor, new TestFailure("x"));
        Assert.Equal([1, 2], [Fails().TotalSeconds, Fails().TotalSeconds]);
        kit.Advance(Within - TimeSpan.FromSeconds(1));
        Assert.Equal(4, Fails().TotalSeconds);
        kit.Advance(Within + TimeSpan.FromTicks(1));
        Assert.Equal(1, Fails().TotalSeconds);
    }

    [Fact]
    public void S12_A_long_wait_for_a_restart_is_no_quiet_period()
    {
        TimeSpan? notBefore = null;
        var kit = new TestSystem(supervision: Doubling(_ => new Decision(Directive.Restart, notBefore)));
        var actor = kit.Spawn(() => new Puppet(), "actor");
        Assert.Equal(1, Downtime(kit, actor, new TestFailure("x")).TotalSeconds);
        notBefore = Within * 10;
        Assert.Equal(Within * 10, Downtime(kit, actor, new TestFailure("x")));
        notBefore = null;
        Assert.Equal(4, Downtime(kit, actor, new TestFailure("x")).TotalSeconds);
    }

    [Fact]
    public void S12_A_not_before_holds_a_restart_back_but_never_hastens_it()
    {
        var notBefore = TimeSpan.FromSeconds(30);
        var kit = new TestSystem(supervision: Doubling(_ => new Decision(Directive.Restart, notBefore)));
        var actor = kit.Spawn(() => new Puppet(), "actor");
        Assert.Equal(30, Downtime(kit, actor, new TestFailure("x")).TotalSeconds);
        notBefore = TimeSpan.FromSeconds(0.5);
        Assert.Equal(2, Downtime(kit, actor, new TestFailure("x")).TotalSeconds);
        notBefore = TimeSpan.FromSeconds(-7);
        Assert.Equal(4, Downtime(kit, actor, new TestFailure("x")).TotalSeconds);
    }

    [Fact]
    public void S12_A_not_before_beyond_what_a_timer_can_hold_ends_nothing()
    {
        // On the system's clock: that one refuses.
        var log = new RecordedLog();
        var dispatcher = new SeededDispatcher(1);
        var system = new ActorSystem(new ActorSystemOptions
        {
            Random = new Random(1),
            Dispatcher = dispatcher,
            Loggers = log,
            SampleEvery = TimeSpan.Zero,
            Supervision = SupervisorStrategy.Default with { Decide = _ => new Decision(Directive.Restart, TimeSpan.MaxValue) },
        });
        system.Spawn(Props.Of(() => new Puppet()), "actor").Tell(Fail());
        while (dispatcher.Step()) { }
        Assert.Equal(ActorState.Suspended, Assert.Single(system.Snapshot()).State);
        Assert.False(system.Terminated.IsCompleted);
        dispatcher.Enter(() => _ = system.Stop(TimeSpan.FromMinutes(1)).AsTask());
        while (dispatcher.Step()) { }
        Assert.True(system.Terminated.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1.0)]
    public void S12_Jitter_draws_from_the_share_below_the_nominal_delay(double share)
    {
        var jitter = share == 1.0 ? Jitter.Full : Jitter.Of(share);
        var backoff = new Backoff(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(100), jitter);
        var random = new Random(5);
        var delays = Enumerable.Range(0, 2_000).Select(_ => backoff.Delay(1, random).TotalSeconds).ToArray();
        var lowest = 20 * (1 - share);
        Assert.InRange(delays.Min(), lowest, lowest + 0.2);
        Assert.InRange(delays.Max(), 19.8, 20);
        Assert.InRange(delays.Average(), (lowest + 20) / 2 - 0.5, (lowest + 20) / 2 + 0.5);
    }

    [Fact]
    public void S12_However_many_attempts_the_delay_stays_within_its_maximum()
    {
        foreach (var attempt in new[] { 0, 1, 31, 63, 64, 1_000, int.MaxValue })
            Assert.InRange(Backoff.Default.Delay(attempt, new Random(1)), TimeSpan.FromSeconds(0.08), TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void S12_A_jitter_that_is_no_share_is_refused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => Jitter.Of(share));

    [Fact]
    public void S12_The_same_seed_draws_the_same_delays()
    {
        static double[] Delays(int seed)
        {
            var kit = new TestSystem(seed);
            var actor = kit.Spawn(() => new Puppet(), "actor");
            return [.. Enumerable.Range(0, 5).Select(_ => Downtime(kit, actor, new TestFailure("x")).TotalSeconds)];
        }
        Assert.Equal(Delays(1), Delays(1));
        Assert.NotEqual(Delays(1), Delays(2));
    }
}
