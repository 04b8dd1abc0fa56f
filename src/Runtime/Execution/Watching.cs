using System.Diagnostics.CodeAnalysis;

namespace Oddswire.Runtime.Execution;

/// <summary>Whom a cell watches. Most watch nobody or one: that one lies here, and a table is made for more.</summary>
internal struct Watching<TMessage>
{
    private Watcher<TMessage>? _one;
    private Dictionary<ActorRef, Watcher<TMessage>>? _more;

    internal readonly int Count => _more?.Count ?? (_one is null ? 0 : 1);

    internal void Set(Watcher<TMessage> watcher)
    {
        if (_more is null && (_one is null || _one.Watched == watcher.Watched))
        {
            _one = watcher;
            return;
        }
        _more ??= new() { [_one!.Watched] = _one };
        _one = null;
        _more[watcher.Watched] = watcher;
    }

    internal readonly bool TryGet(ActorRef who, [MaybeNullWhen(false)] out Watcher<TMessage> watcher)
    {
        if (_more is not null)
            return _more.TryGetValue(who, out watcher);
        watcher = _one?.Watched == who ? _one : null;
        return watcher is not null;
    }

    internal bool Remove(ActorRef who)
    {
        if (_more is not null)
            return _more.Remove(who);
        if (_one?.Watched != who)
            return false;
        _one = null;
        return true;
    }

    /// <summary>The watching cell has stopped: nobody is to tell it anything.</summary>
    internal void End(ActorRef watcher)
    {
        _one?.Watched.Signal(new Unwatch(watcher));
        foreach (var (who, _) in _more ?? [])
            who.Signal(new Unwatch(watcher));
        (_one, _more) = (null, null);
    }
}
