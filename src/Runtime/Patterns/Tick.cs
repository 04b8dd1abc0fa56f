using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Patterns;

/// <summary>
/// A timer and its tick in one object: being this object is the generation. A replaced or cancelled one is recognised when it is taken,
/// however long its tick was queued; and as it is in at most one queue at a time, there is at most one tick per key.
/// </summary>
internal sealed class Tick<TMessage>(ActorCell<TMessage> cell, string key, TMessage message, bool oneShot) : Signal
{
    private ITimer? _timer;
    private int _outstanding;

    internal string Key { get; } = key;
    internal bool OneShot { get; } = oneShot;
    internal bool Cancelled { get; private set; }

    internal void Arm(TimeProvider time, TimeSpan due, TimeSpan period) =>
        _timer = time.CreateTimer(static tick => ((Tick<TMessage>)tick!).Fire(), this, due, period);

    internal void Cancel()
    {
        Cancelled = true;
        _timer?.Dispose();
    }

    /// <summary>The cell is about to handle it: the next tick may come.</summary>
    internal TMessage Taken()
    {
        if (OneShot)
            _timer?.Dispose();
        Volatile.Write(ref _outstanding, 0);
        return message;
    }

    private void Fire()
    {
        if (Interlocked.Exchange(ref _outstanding, 1) == 0)
            cell.Signal(this);
    }
}
