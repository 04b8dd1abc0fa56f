using System.Threading.Channels;

namespace Oddswire.Protocols.Tests.Client;

/// <summary>Time that passes when a test says so: each timer waits for the test to fire it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Channel<Timer> _timers = Channel.CreateUnbounded<Timer>();
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(callback, state, dueTime);
        _timers.Writer.TryWrite(timer);
        return timer;
    }

    /// <summary>Waits until somebody waits, lets that time pass, and says how long it was.</summary>
    public async Task<TimeSpan> PassNext()
    {
        var timer = await FakeGateway.Soon(_timers.Reader.ReadAsync(TestContext.Current.CancellationToken));
        Pass(timer.DueTime);
        timer.Fire();
        return timer.DueTime;
    }

    private sealed class Timer(TimerCallback callback, object? state, TimeSpan dueTime) : ITimer
    {
        public TimeSpan DueTime => dueTime;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
