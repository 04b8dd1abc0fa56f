using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Patterns;

/// <summary>The timers of one actor. A key names one timer: setting it again replaces the earlier one, whose tick then never arrives.</summary>
public readonly struct Timers<TMessage>
{
    private readonly ActorCell<TMessage> _cell;

    internal Timers(ActorCell<TMessage> cell) => _cell = cell;

    public void Once(string key, TMessage message, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        Set(key, message, delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>At most one tick is outstanding; who falls behind gets no burst to catch up.</summary>
    public void Every(string key, TMessage message, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        Set(key, message, period, period);
    }

    public void Cancel(string key) => _cell.Context.Cancel(key);

    public bool IsSet(string key) => _cell.Context.IsSet(key);

    private void Set(string key, TMessage message, TimeSpan due, TimeSpan period)
    {
        var tick = new Tick<TMessage>(_cell, key, message, oneShot: period == Timeout.InfiniteTimeSpan);
        tick.Arm(_cell.System.Time, due, period);       // first, as it may refuse; a tick is taken on a later turn
        _cell.Context.Set(tick);
    }
}
