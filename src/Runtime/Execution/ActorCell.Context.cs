namespace Oddswire.Runtime.Execution;

internal sealed partial class ActorCell<TMessage>
{
    private CellContext<TMessage>? _context;    // made when first needed: most actors neither stash nor watch nor own a timer

    internal CellContext<TMessage> Context => _context ??= new CellContext<TMessage>();

    internal void Stash()
    {
        if (!_turn.Receiving)
            throw new InvalidOperationException($"'{Path}' has no message in hand: it handles none now, or has put it aside already.");
        Context.Stash(_turn.Current!, _props.StashCapacity, Path);
        _turn.Receiving = false;
    }

    internal void UnstashAll() => _context?.UnstashAll();

    internal void Watch(ActorRef who, TMessage whenStopped)
    {
        var watcher = new Watcher<TMessage>(this, who, whenStopped);
        Context.Watching.Set(watcher);
        who.Signal(new Watch(watcher));
    }

    internal void Unwatch(ActorRef who)
    {
        if (_context?.Watching.Remove(who) == true)
            who.Signal(new Unwatch(this));
    }

    /// <summary>An ordinary message from here on, behind all that the watched actor had told. A watch that was given up or renewed meanwhile says nothing.</summary>
    private void WatchedHasStopped(Watcher<TMessage> watcher)
    {
        if (_context is { } context && context.Watching.TryGet(watcher.Watched, out var current) && current == watcher)
        {
            context.Watching.Remove(watcher.Watched);
            (_messages ?? MakeMailbox()).EnqueueNotice(watcher.WhenStopped, ref _turn.Reader);
        }
    }

    /// <summary>An abandoned handler runs on after a kill, but it may change nothing any more.</summary>
    internal void ThrowIfKilled()
    {
        if (_killed)
            throw new InvalidOperationException($"'{Path}' was killed.");
    }
}
