namespace Oddswire.Runtime.Supervision;

/// <summary>What a parent remembers of one child: when it was restarted, and the restart that is due.</summary>
internal sealed class RestartHistory
{
    private readonly Queue<long> _restarts = [];
    private long _quietSince;
    private int _attempt;

    // What a timer can hold. A venue may ask for more; it will be asked again.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>How often it was told to restart. A failure from before the last time has had its answer.</summary>
    internal int Told { get; set; }

    /// <summary>A restart waits for its time. Kept here so that it is neither collected nor fires after a stop.</summary>
    internal ITimer? Pending { get; set; }

    /// <summary>The delay before the next restart, or null when the limit is exceeded.</summary>
    internal TimeSpan? Next(SupervisorStrategy strategy, TimeSpan notBefore, TimeProvider time, Random random)
    {
        var now = time.GetTimestamp();
        if (_attempt > 0 && time.GetElapsedTime(_quietSince, now) > strategy.Limit.Within)
            _attempt = 0;
        while (_restarts.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) > strategy.Limit.Within)
            _restarts.Dequeue();
        if (_restarts.Count >= strategy.Limit.Times)
            return null;
        if (strategy.Limit.Times != int.MaxValue)
            _restarts.Enqueue(now);
        var backoff = strategy.Backoff.Delay(_attempt++, random);
        var delay = notBefore <= backoff ? backoff : notBefore < Longest ? notBefore : Longest;
        // Waiting for a restart is not being well: the quiet begins when it is due.
        _quietSince = now + (long)(delay.TotalSeconds * time.TimestampFrequency);
        return delay;
    }
}

/// <summary>A child exceeded its restart limit and was stopped instead of taking its parent down.</summary>
public sealed record Quarantine(ActorRef Actor, Exception Cause);
