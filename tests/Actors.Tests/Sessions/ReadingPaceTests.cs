using Oddswire.Actors.Sessions;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Sessions;

public sealed class ReadingPaceTests
{
    private const int Limit = 16_000;

    private readonly ManualClock _clock = new();
    private readonly ReadingPace _pace = new(new SessionRules { OutboxBytes = Limit });

    [Fact]
    public void From_a_quarter_of_its_limit_on_it_is_spared_until_a_sixteenth_is_left()
    {
        Assert.Equal(PaceChange.Unchanged, _pace.Sent(Limit / 4, _clock));
        Assert.Equal(PaceChange.FellBehind, _pace.Sent((Limit / 4) + 1, _clock));
        Assert.Equal(PaceChange.Unchanged, _pace.Sent(Limit, _clock));
        Assert.Equal((PaceChange.Unchanged, true), (_pace.Later((Limit / 16) + 1, _clock), _pace.IsBehind));
        Assert.Equal((PaceChange.CaughtUp, false), (_pace.Later(Limit / 16, _clock), _pace.IsBehind));
        Assert.Equal(PaceChange.TooSlow, _pace.Sent(Limit + 1, _clock));
    }

    [Fact]
    public void What_it_asked_for_at_once_is_no_sign_of_slowness_until_it_has_read_that()
    {
        _pace.Opening(Limit);
        Assert.Equal(PaceChange.Unchanged, _pace.Sent(Limit, _clock));
        Assert.Equal(PaceChange.Unchanged, _pace.Sent(Limit / 4, _clock));
        Assert.Equal(PaceChange.FellBehind, _pace.Sent((Limit / 4) + 1, _clock));
        Assert.Equal(PaceChange.TooSlow, _pace.Sent(Limit + 1, _clock));
    }
}
