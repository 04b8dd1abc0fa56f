using System.Threading.Tasks.Sources;
using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Patterns;

/// <summary>The address of one question from outside, and its answer. Never pooled: a late reply must not reach another question.</summary>
internal sealed class Ask<TReply> : ActorRef<TReply>, IValueTaskSource<TReply>
{
    private readonly ActorSystem _system;
    private readonly string _to;
    private readonly TimeSpan _timeout;
    private readonly ITimer _timer;
    private ManualResetValueTaskSourceCore<TReply> _answer;
    private int _completed;

    internal Ask(ActorSystem system, string to, TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "An ask always has a timeout.");
        _system = system;
        _to = to;
        _timeout = timeout;
        _answer.RunContinuationsAsynchronously = true;     // the asker must not run inside the replier's turn
        _timer = system.Time.CreateTimer(static ask => ((Ask<TReply>)ask!).TimedOut(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    public override string Path => $"ask of {_to}";

    internal ValueTask<TReply> Answer => new(this, _answer.Version);

    public override void Tell(TReply message)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
        {
            _system.DeadLetter(this, message, "late reply");
            return;
        }
        _timer.Dispose();
        _answer.SetResult(message);
    }

    /// <summary>The question was never sent.</summary>
    internal void GiveUp() => _timer.Dispose();

    private void TimedOut()
    {
        if (Interlocked.Exchange(ref _completed, 1) == 0)
            _answer.SetException(new TimeoutException($"'{_to}' did not answer within {_timeout.TotalSeconds:0.###} s."));
    }

    /// <summary>A question is nobody's child and outlives nobody: who watches it is told at once.</summary>
    internal override void Signal(Signal signal)
    {
        if (signal is Watch watch)
            watch.Watcher.Notify();
    }

    TReply IValueTaskSource<TReply>.GetResult(short token) => _answer.GetResult(token);
    ValueTaskSourceStatus IValueTaskSource<TReply>.GetStatus(short token) => _answer.GetStatus(token);
    void IValueTaskSource<TReply>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answer.OnCompleted(continuation, state, token, flags);
}
