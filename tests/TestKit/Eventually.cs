using System.Runtime.CompilerServices;
using Xunit;

namespace Oddswire.TestKit;

/// <summary>What a test waits for in real time comes within five seconds, or the test fails and says what it was.</summary>
public static class Eventually
{
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(10);

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>For what says nothing when it changes, like a file or the page of a server: looks again. Where there is a message, see <see cref="Changes"/>.</summary>
    public static Task Holds(Func<Task<bool>> condition, TimeSpan? patience = null, [CallerArgumentExpression(nameof(condition))] string what = "") => InTime(
        async limit =>
        {
            while (!await condition().WaitAsync(limit))
                await Task.Delay(Again, TimeProvider.System, limit);
        },
        patience ?? Patience,
        what);

    public static Task Holds(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Holds(() => Task.FromResult(condition()), what: what);

    internal static async Task InTime(Func<CancellationToken, Task> wait, TimeSpan patience, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await wait(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"not within {patience.TotalSeconds:0} s: {what}");
        }
    }
}
