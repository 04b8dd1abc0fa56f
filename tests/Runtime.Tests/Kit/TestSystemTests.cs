using Oddswire.TestKit;
using Xunit;
using static Oddswire.Runtime.Tests.Puppet;

namespace Oddswire.Runtime.Tests.Kit;

public sealed class TestSystemTests
{
    private readonly TestSystem _kit = new();

    [Fact]
    public void A_probe_expects_by_type_and_by_value_and_says_what_it_got_instead()
    {
        var probe = _kit.Probe<object>("probe");
        probe.Ref.Tell("text");
        probe.Ref.Tell(7);
        probe.Ref.Tell(8);
        Assert.Equal("text", probe.Expect<string>());
        probe.Expect(7);
        Assert.Equal("'/probe' expected String and got 8.", Assert.Throws<ProbeException>(probe.Expect<string>).Message);
        Assert.Equal("'/probe' expected String and got nothing.", Assert.Throws<ProbeException>(probe.Expect<string>).Message);
        probe.ExpectNothing();
        probe.Ref.Tell(9);
        Assert.Throws<ProbeException>(probe.ExpectNothing);
        Assert.Equal([9], probe.Drain());
        probe.ExpectNothing();
    }

    [Fact]
    public void A_probe_tells_another_value_from_the_expected_one()
    {
        var probe = _kit.Probe<int>();
        probe.Ref.Tell(1);
        Assert.Throws<ProbeException>(() => probe.Expect(2));
    }

    [Fact]
    public void Advance_settles_after_each_timer_so_that_one_may_stop_the_next()
    {
        var diary = new List<string>();
        var second = _kit.Spawn(() => new Puppet(), "second");
        var first = _kit.Spawn(() => new Puppet(), "first");
        second.Tell(Do(me => me.Timers.Once("tick", Do(_ => diary.Add("second")), TimeSpan.FromSeconds(2))));
        first.Tell(Do(me => me.Timers.Once("tick", Do(_ =>
        {
            diary.Add("first");
            second.Tell(Do(other => other.Timers.Cancel("tick")));
        }), TimeSpan.FromSeconds(1))));
        _kit.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(["first"], diary);
    }

    [Fact]
    public async Task Run_drives_what_awaits_the_clock()
    {
        var run = _kit.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3), _kit.Clock);
            return _kit.Clock.Elapsed;
        });
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.False(run.IsCompleted);
        _kit.Advance(TimeSpan.FromSeconds(2));
        Assert.True(run.IsCompleted);
        Assert.Equal(TimeSpan.FromSeconds(3), await run);
    }

    [Fact]
    public void What_nobody_expected_is_there_to_be_looked_at()
    {
        var actor = _kit.Spawn(() => new Puppet(), "actor");
        actor.Tell(Fail());
        _kit.Settle();
        Assert.Single(_kit.DeadLetters);
        Assert.Single(_kit.Log.About("/actor failed"));
        Assert.Empty(_kit.Quarantines);
    }
}
