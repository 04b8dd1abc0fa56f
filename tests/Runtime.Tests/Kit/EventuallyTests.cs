using Oddswire.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Oddswire.Runtime.Tests.Kit;

public sealed class EventuallyTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private int _looks;

    [Fact]
    public async Task What_says_nothing_is_looked_at_again_until_it_holds()
    {
        await Eventually.Holds(() => ++_looks == 3);
        Assert.Equal(3, _looks);
    }

    [Fact]
    public async Task What_does_not_come_in_time_fails_and_says_what_it_was()
    {
        var never = await Assert.ThrowsAsync<FailException>(() => Eventually.Holds(() => Task.FromResult(_looks < 0), Soon));
        Assert.Contains("_looks < 0", never.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_that_does_not_end_is_not_waited_for()
    {
        var never = new TaskCompletionSource<bool>();
        await Assert.ThrowsAsync<FailException>(() => Eventually.Holds(() => never.Task, Soon));
    }

    [Fact]
    public async Task What_is_told_is_looked_at_when_it_is_told()
    {
        var changes = new Changes();
        var told = 0;
        var waiting = changes.Until(() => ++_looks > 0 && told == 2);
        foreach (var _ in (int[])[1, 2])
        {
            var looks = _looks;
            Assert.False(waiting.IsCompleted);
            told++;
            changes.Tell();
            await Eventually.Holds(() => Volatile.Read(ref _looks) > looks);
        }
        await waiting;
        Assert.Equal(3, _looks);
    }
}
