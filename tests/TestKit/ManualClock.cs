namespace Oddswire.TestKit;

/// <summary>Time that moves only when told to. Timers fire one by one, in the order of their due times, also those that come due on the way.</summary>
public sealed class ManualClock : TimeProvider
{
    public static DateTimeOffset Epoch { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SortedSet<(long At, long Number)> _due = [];
    private readonly Dictionary<long, ManualTimer> _timers = [];
    private long _now;          // ticks since Epoch
    private long _made;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far the wall clock is off the monotonic one: a jump of the system's clock.</summary>
    public TimeSpan WallOffset { get; set; }

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(_now) + WallOffset;
    public override long GetTimestamp() => _now;

    public TimeSpan Elapsed => TimeSpan.FromTicks(_now);

    /// <summary>When the next timer is due, or null.</summary>
    public TimeSpan? Next => _due.Count > 0 ? TimeSpan.FromTicks(_due.Min.At) : null;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state, _made++);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next due timer that is not after <paramref name="until"/> and fires it. False: none is due, and it is <paramref name="until"/> now.</summary>
    public bool FireNext(TimeSpan until)
    {
        if (_due.Count == 0 || _due.Min.At > until.Ticks)
        {
            _now = Math.Max(_now, until.Ticks);
            return false;
        }
        _now = Math.Max(_now, _due.Min.At);
        _timers[_due.Min.Number].Fire();
        return true;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state, long number) : ITimer
    {
        private TimeSpan _period;
        private long _at;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Check(dueTime);
            Check(period);
            Dispose();
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(dueTime);
            return true;
        }

        // What the system's clock refuses is refused here too.
        private static void Check(TimeSpan span)
        {
            if (span != Timeout.InfiniteTimeSpan && (span < TimeSpan.Zero || span.TotalMilliseconds > uint.MaxValue - 1))
                throw new ArgumentOutOfRangeException(nameof(span), span, "A timer takes zero to 49 days, or infinite.");
        }

        internal void Fire()
        {
            Dispose();
            if (_period > TimeSpan.Zero)
                Arm(_period);
            callback(state);
        }

        private void Arm(TimeSpan after)
        {
            _at = clock._now + after.Ticks;
            clock._due.Add((_at, number));
            clock._timers[number] = this;
        }

        public void Dispose()
        {
            clock._due.Remove((_at, number));
            clock._timers.Remove(number);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
