using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Runtime.Tests.Kit;

public sealed class ManualClockTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock _clock = new();
    private readonly List<string> _fired = [];

    private ITimer Timer(string name, TimeSpan due, TimeSpan period) =>
        _clock.CreateTimer(_ => _fired.Add($"{name}@{_clock.Elapsed.TotalSeconds}"), null, due, period);

    private void Advance(TimeSpan by)
    {
        var until = _clock.Elapsed + by;
        while (_clock.FireNext(until)) { }
    }

    [Fact]
    public void Timers_fire_one_by_one_in_the_order_of_their_due_times_and_then_of_their_making()
    {
        Timer("c", Second * 3, Timeout.InfiniteTimeSpan);
        Timer("a", Second, Timeout.InfiniteTimeSpan);
        Timer("b1", Second * 2, Timeout.InfiniteTimeSpan);
        Timer("b2", Second * 2, Timeout.InfiniteTimeSpan);
        Assert.True(_clock.FireNext(Second * 10));
        Assert.Equal(["a@1"], _fired);
        Advance(Second * 10);
        Assert.Equal(["a@1", "b1@2", "b2@2", "c@3"], _fired);
        Assert.Equal(Second * 11, _clock.Elapsed);
    }

    [Fact]
    public void A_timer_that_comes_due_on_the_way_fires_on_the_way()
    {
        _clock.CreateTimer(_ => Timer("child", Second, Timeout.InfiniteTimeSpan), null, Second, Timeout.InfiniteTimeSpan);
        Advance(Second * 5);
        Assert.Equal(["child@2"], _fired);
    }

    [Fact]
    public void A_period_repeats_until_it_is_disposed()
    {
        var timer = Timer("p", Second, Second * 2);
        Advance(Second * 6);
        timer.Dispose();
        Advance(Second * 6);
        Assert.Equal(["p@1", "p@3", "p@5"], _fired);
        Assert.Null(_clock.Next);
    }

    [Fact]
    public void A_timer_may_dispose_or_change_itself_when_it_fires()
    {
        ITimer? timer = null;
        timer = _clock.CreateTimer(_ =>
        {
            _fired.Add($"x@{_clock.Elapsed.TotalSeconds}");
            if (_fired.Count == 1)
                timer!.Change(Second * 3, Second);
            else
                timer!.Dispose();
        }, null, Second, Second);
        Advance(Second * 10);
        Assert.Equal(["x@1", "x@4"], _fired);
    }

    [Fact]
    public void Both_clocks_move_together_and_the_wall_clock_may_jump_alone()
    {
        var (wall, monotonic) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        Advance(Second);
        Assert.Equal((Second, Second), (_clock.GetUtcNow() - wall, _clock.GetElapsedTime(monotonic)));
        _clock.WallOffset = -TimeSpan.FromHours(1);
        Assert.Equal((Second - TimeSpan.FromHours(1), Second), (_clock.GetUtcNow() - wall, _clock.GetElapsedTime(monotonic)));
    }

    [Fact]
    public void Time_never_runs_backwards()
    {
        Advance(Second * 5);
        Assert.False(_clock.FireNext(Second));
        Assert.Equal(Second * 5, _clock.Elapsed);
    }

    [Fact]
    public void It_refuses_what_the_systems_clock_refuses()
    {
        foreach (var wrong in new[] { TimeSpan.FromMilliseconds(-2), TimeSpan.FromDays(50), TimeSpan.MaxValue })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => Timer("x", wrong, Timeout.InfiniteTimeSpan));
            Assert.Throws<ArgumentOutOfRangeException>(() => Timer("x", Second, wrong));
            Assert.Throws<ArgumentOutOfRangeException>(() => TimeProvider.System.CreateTimer(_ => { }, null, wrong, Timeout.InfiniteTimeSpan));
        }
    }
}
