using Oddswire.TestKit;

namespace Oddswire.Simulation.Worlds;

/// <summary>
/// The clock of one process: it runs a little fast or slow, its wall time can jump, and it stands still while the machine is suspended.
/// What is due is posted to the process like any other work, so that a paused one finds it when it wakes and a dead one never.
/// </summary>
internal sealed class NodeClock(Process process, ManualClock world, double rate) : TimeProvider
{
    private readonly TimeSpan _boot = world.Elapsed;
    private readonly List<NodeTimer> _missed = [];
    private TimeSpan _stoodStill;
    private TimeSpan? _frozenAt;

    internal TimeSpan WallOffset { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(((_frozenAt ?? world.Elapsed) - _boot - _stoodStill).Ticks * rate);

    public override DateTimeOffset GetUtcNow() => ManualClock.Epoch + world.Elapsed + WallOffset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new NodeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Freeze() => _frozenAt = world.Elapsed;

    /// <summary>False: it had not stood still.</summary>
    internal bool Thaw()
    {
        if (_frozenAt is not { } since)
            return false;
        _stoodStill += world.Elapsed - since;
        _frozenAt = null;
        foreach (var timer in _missed)
            timer.Fire();
        _missed.Clear();
        return true;
    }

    private sealed class NodeTimer : ITimer
    {
        private readonly NodeClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _world;
        private TimeSpan _period;
        private long? _due;         // on the process's clock
        private bool _posted;

        internal NodeTimer(NodeClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _world = clock.WorldTimer(this);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            if (dueTime == Timeout.InfiniteTimeSpan)
                Dispose();
            else
                Arm(dueTime);
            return true;
        }

        private void Arm(TimeSpan after)
        {
            _due = _clock.GetTimestamp() + after.Ticks;
            _world.Change(_clock.ToWorld(after.Ticks), Timeout.InfiniteTimeSpan);
        }

        internal void Fire()
        {
            if (_due is not { } due)
                return;
            if (_clock._frozenAt is not null)
            {
                _clock._missed.Add(this);
                return;
            }
            var early = due - _clock.GetTimestamp();
            if (early > 0)
            {
                _world.Change(_clock.ToWorld(early), Timeout.InfiniteTimeSpan);
                return;
            }
            // Like the timers of .NET: no burst after a pause, and one that was disposed meanwhile may still call back once.
            if (!_posted)
            {
                _posted = true;
                _clock.Post(Call);
            }
            if (_period > TimeSpan.Zero)
                Arm(_period);
            else
                _due = null;
        }

        private void Call()
        {
            _posted = false;
            _callback(_state);
        }

        public void Dispose()
        {
            _due = null;
            _world.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }

    private ITimer WorldTimer(NodeTimer timer) =>
        world.CreateTimer(static t => ((NodeTimer)t!).Fire(), timer, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private TimeSpan ToWorld(long ticks) => TimeSpan.FromTicks((long)(ticks / rate) + 1);

    private void Post(Action call) => process.Post(call);
}
