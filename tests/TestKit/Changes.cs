using System.Runtime.CompilerServices;

namespace Oddswire.TestKit;

/// <summary>For a test that waits for what messages bring: who has taken one says so, and what is waited for is looked at then.</summary>
public sealed class Changes
{
    private TaskCompletionSource _next = New();

    /// <summary>To be taken before one looks: what changes meanwhile completes it.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Tell() => Interlocked.Exchange(ref _next, New()).SetResult();

    public Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Eventually.InTime(
        async limit =>
        {
            for (var next = Next; !condition(); next = Next)
                await next.WaitAsync(limit);
        },
        Eventually.Patience,
        what);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
