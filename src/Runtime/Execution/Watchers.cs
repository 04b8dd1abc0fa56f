using System.Diagnostics.CodeAnalysis;

namespace Oddswire.Runtime.Execution;

/// <summary>
/// Who wants to know when a cell has stopped, in the order in which they came. A watcher is a signal that is sent once, then: until then its link
/// is free and holds the next watcher, so that the list costs nothing. Owned by the cell's turn.
/// </summary>
internal struct Watchers
{
    private Signal? _first;

    /// <summary>In place of an earlier one of the same actor.</summary>
    internal void Add(Watcher watcher)
    {
        ref var end = ref Without(watcher.Who);
        end = watcher;
    }

    internal void Remove(ActorRef who) => Without(who);

    internal void NotifyAll()
    {
        var first = _first;
        _first = null;
        while (first is Watcher watcher)
        {
            first = watcher.Next;
            watcher.Next = null;
            watcher.Notify();
        }
    }

    /// <summary>Takes this actor's out, and returns the end of the list.</summary>
    [UnscopedRef]
    private ref Signal? Without(ActorRef? who)
    {
        ref var link = ref _first;
        while (link is Watcher watcher)
        {
            if (who is not null && watcher.Who == who)
                (link, watcher.Next) = (watcher.Next, null);
            else
                link = ref watcher.Next;
        }
        return ref link;
    }
}
