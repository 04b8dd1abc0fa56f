using System.Diagnostics.CodeAnalysis;
using Oddswire.Runtime.Patterns;

namespace Oddswire.Runtime.Execution;

/// <summary>
/// What only some actors need: stash, due ticks, timers, the actors it watches; each made when it is first used, for there may be a million of these.
/// Owned by the cell's turn.
/// </summary>
internal sealed class CellContext<TMessage>
{
    private Queue<Tick<TMessage>>? _due;
    private Dictionary<string, Tick<TMessage>>? _timers;
    private Queue<TMessage>? _stash;
    private Queue<TMessage>? _unstashed;
    internal Watching<TMessage> Watching;       // a field: it is changed where it lies

    internal bool HasFront => _due is { Count: > 0 } || _unstashed is { Count: > 0 };

    internal void Due(Tick<TMessage> tick) => (_due ??= []).Enqueue(tick);

    internal bool TryTakeFront([MaybeNullWhen(false)] out TMessage message)
    {
        while (_due is not null && _due.TryDequeue(out var tick))
        {
            // Looked at only now: it may have been cancelled or replaced since it became due.
            if (!tick.Cancelled)
            {
                message = tick.Taken();
                if (tick.OneShot)
                    _timers?.Remove(tick.Key);
                return true;
            }
        }
        message = default;
        return _unstashed is not null && _unstashed.TryDequeue(out message);
    }

    internal void Set(Tick<TMessage> tick)
    {
        Cancel(tick.Key);
        (_timers ??= [])[tick.Key] = tick;
    }

    internal bool IsSet(string key) => _timers is not null && _timers.ContainsKey(key);

    internal void Cancel(string key)
    {
        if (_timers is not null && _timers.Remove(key, out var tick))
            tick.Cancel();
    }

    internal void CancelTimers()
    {
        if (_timers is not null)
        {
            foreach (var tick in _timers.Values)
                tick.Cancel();
        }
        (_timers, _due) = (null, null);
    }

    internal void Stash(TMessage message, int capacity, string path)
    {
        _stash ??= [];
        if (_stash.Count >= capacity)
            throw new StashFullException($"The stash of '{path}' holds {capacity} messages and takes no more.");
        _stash.Enqueue(message);
    }

    internal void UnstashAll()
    {
        if (_stash is not { Count: > 0 })
            return;
        while (_unstashed is not null && _unstashed.TryDequeue(out var earlier))
            _stash.Enqueue(earlier);
        (_stash, _unstashed) = (_unstashed, _stash);
    }

    /// <summary>The actor has stopped: nobody waits for it any more, and what it put aside is left over.</summary>
    internal void Stopped(ActorCell<TMessage> cell, string reason)
    {
        UnstashAll();
        while (_unstashed is not null && _unstashed.TryDequeue(out var message))
            cell.System.DeadLetter(cell, message, reason);
        Watching.End(cell);
    }
}

/// <summary>More messages were stashed than the props allow.</summary>
public sealed class StashFullException : Exception
{
    public StashFullException() { }
    public StashFullException(string message) : base(message) { }
    public StashFullException(string message, Exception cause) : base(message, cause) { }
}
