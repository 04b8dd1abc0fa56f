using Oddswire.Host.CommandLine;
using Xunit;

namespace Oddswire.Host.Tests.CommandLine;

public sealed class RunVerbTests
{
    private static readonly CancellationToken Stopped = new(canceled: true);

    [Fact]
    public async Task A_gateway_that_drains_ends_in_time() =>
        Assert.True(await RunVerb.EndsInTime(Task.CompletedTask, new Impatient(), Stopped));

    [Fact]
    public async Task A_gateway_that_ends_by_cancellation_ends_in_time() =>
        Assert.True(await RunVerb.EndsInTime(Task.FromCanceled(Stopped), TimeProvider.System, Stopped));

    [Fact]
    public async Task A_gateway_that_never_ends_is_given_up_after_the_signal() =>
        Assert.False(await RunVerb.EndsInTime(new TaskCompletionSource().Task, new Impatient(), Stopped));

    [Fact]
    public async Task Without_a_signal_no_time_is_counted()
    {
        using var stop = new CancellationTokenSource();
        var gateway = new TaskCompletionSource();
        var ends = RunVerb.EndsInTime(gateway.Task, new Impatient(), stop.Token);
        Assert.False(ends.IsCompleted);
        gateway.SetResult();
        Assert.True(await ends);
    }

    [Fact]
    public async Task A_failure_of_the_gateway_is_told() =>
        await Assert.ThrowsAsync<TimeoutException>(() => RunVerb.EndsInTime(Task.FromException(new TimeoutException("the store")), TimeProvider.System, Stopped));

    /// <summary>Every timer is due at once.</summary>
    private sealed class Impatient : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
