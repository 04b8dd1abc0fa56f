using Oddswire.Actors.Feeds;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

public sealed class UsPulseTests
{
    private readonly UsPulse _pulse = new(TimeSpan.FromSeconds(60));

    [Fact]
    public void Before_two_heartbeats_any_frame_is_a_sign_of_life()
    {
        _pulse.Opened(0);
        _pulse.Frame(50_000);
        Assert.Null(_pulse.Silence(110_000));
        Assert.Equal("silent: no heartbeat for 60 s", _pulse.Silence(110_001));
    }

    [Fact]
    public void Afterwards_only_heartbeats_are_and_twice_their_distance_is_silence()
    {
        _pulse.Opened(0);
        _pulse.Beat(40_000);
        _pulse.Beat(80_000);
        _pulse.Frame(159_000);
        Assert.Null(_pulse.Silence(160_000));
        Assert.NotNull(_pulse.Silence(160_001));
    }

    [Fact]
    public void However_often_they_come_a_minute_is_given()
    {
        _pulse.Opened(0);
        _pulse.Beat(1_000);
        _pulse.Beat(2_000);
        Assert.Null(_pulse.Silence(62_000));
        Assert.NotNull(_pulse.Silence(62_001));
    }
}
