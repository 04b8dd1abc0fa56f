using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Simulator.Shell;
using Oddswire.Simulator.World;
using Xunit;

namespace Oddswire.Simulator.Tests.Shell;

public sealed class LiveStandInTests
{
    private readonly HandClock _clock = new();
    private readonly LiveStandIn _live;

    public LiveStandInTests() => _live = new LiveStandIn(new StandIn(new WorldSettings(), _clock.GetUtcNow()), _clock, NullLogger.Instance);

    [Fact]
    public void Whoever_asks_sees_the_world_as_it_is_now()
    {
        _clock.Now += TimeSpan.FromSeconds(5);
        Assert.Equal(_clock.Now, _live.Use(it => it.Now));
        Assert.InRange(Fills(), 100, 300);
    }

    [Fact]
    public void A_machine_that_slept_does_not_make_up_for_the_night()
    {
        _clock.Now += TimeSpan.FromHours(8);
        _live.Use(_ => { });
        _clock.Now += TimeSpan.FromSeconds(5);
        Assert.InRange(Fills(), 1, 400);
        Assert.False(_live.Use(it => it.World.Paused));
        Assert.InRange(_live.Use(it => (_clock.Now - it.World.Chain.Head.At).TotalSeconds), 0, 2);
    }

    [Fact]
    public void A_clock_that_goes_back_is_waited_for()
    {
        _clock.Now += TimeSpan.FromSeconds(5);
        var before = _live.Use(it => it.Now);
        _clock.Now -= TimeSpan.FromSeconds(3);
        Assert.Equal(before, _live.Use(it => it.Now));
    }

    private long Fills() => _live.Use(it => it.World.Chain.Fills.Next - 1);

    private sealed class HandClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
