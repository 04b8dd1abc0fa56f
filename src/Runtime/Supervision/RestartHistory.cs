namespace Oddswire.Runtime.Supervision;

/// <summary>What a parent remembers of one child: when it was restarted, and the restart that is due.</summary>
internal sealed class RestartHistory
{
    private readonly Queue<long> _restarts = [];
    private long _lastFailure;
    private int _attempt;

    /// <summary>A restart waits for its time. Kept here so that it is neither collected nor fires after a stop.</summary>
    internal ITimer? Pending { get; set; }

    /// <summary>The delay before the next restart, or null when the limit is exceeded.</summary>
    internal TimeSpan? Next(SupervisorStrategy strategy, TimeProvider time, Random random)
    {
        var now = time.GetTimestamp();
        if (_attempt > 0 && time.GetElapsedTime(_lastFailure, now) > strategy.Limit.Within)
            _attempt = 0;
        _lastFailure = now;
        while (_restarts.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) > strategy.Limit.Within)
            _restarts.Dequeue();
        if (_restarts.Count >= strategy.Limit.Times)
            return null;
        if (strategy.Limit.Times != int.MaxValue)
            _restarts.Enqueue(now);
        return strategy.Backoff.Delay(_attempt++, random);
    }
}

/// <summary>A child exceeded its restart limit and was stopped instead of taking its parent down.</summary>
public sealed record Quarantine(ActorRef Actor, Exception Cause);
