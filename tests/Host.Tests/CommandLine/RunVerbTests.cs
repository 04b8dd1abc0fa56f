using Oddswire.Host.CommandLine;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.CommandLine;

public sealed class RunVerbTests
{
    private static readonly CancellationToken Stopped = new(canceled: true);

    [Fact]
    public async Task A_gateway_that_drains_ends_in_time() =>
        Assert.True(await RunVerb.EndsInTime(Task.CompletedTask, new ManualClock(), Stopped));

    [Fact]
    public async Task A_gateway_that_ends_by_cancellation_ends_in_time() =>
        Assert.True(await RunVerb.EndsInTime(Task.FromCanceled(Stopped), new ManualClock(), Stopped));

    [Fact]
    public async Task A_gateway_that_never_ends_is_given_up_within_five_seconds()
    {
        var clock = new ManualClock();
        var ends = RunVerb.EndsInTime(new TaskCompletionSource().Task, clock, Stopped);
        Assert.False(clock.FireNext(TimeSpan.FromSeconds(4)));
        Assert.False(ends.IsCompleted);
        Assert.True(clock.FireNext(TimeSpan.FromSeconds(4.9)));
        Assert.False(await ends);
    }

    [Fact]
    public async Task Without_a_signal_no_time_is_counted()
    {
        using var stop = new CancellationTokenSource();
        var (gateway, clock) = (new TaskCompletionSource(), new ManualClock());
        var ends = RunVerb.EndsInTime(gateway.Task, clock, stop.Token);
        Assert.False(clock.FireNext(TimeSpan.FromDays(1)));
        Assert.False(ends.IsCompleted);
        gateway.SetResult();
        Assert.True(await ends);
    }

    [Fact]
    public async Task A_failure_of_the_gateway_is_told() =>
        await Assert.ThrowsAsync<TimeoutException>(() => RunVerb.EndsInTime(Task.FromException(new TimeoutException("the store")), new ManualClock(), Stopped));

    [Fact]
    public async Task A_simulator_on_a_port_that_no_feed_can_know_is_refused_with_what_to_do()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(ExitCode.WrongUsage, await terminal.Run("run", "--set", "simulator.port=0"));
        Assert.StartsWith("oddswire: simulator.port = 0 ", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("--set simulator.port=8090", terminal.Error, StringComparison.Ordinal);
    }
}
