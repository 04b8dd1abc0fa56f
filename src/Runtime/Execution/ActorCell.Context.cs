namespace Oddswire.Runtime.Execution;

internal sealed partial class ActorCell<TMessage>
{
    private CellContext<TMessage>? _context;    // made when first needed: most actors neither stash nor watch nor own a timer

    internal CellContext<TMessage> Context => _context ??= new CellContext<TMessage>();

    internal void Stash()
    {
        if (!_receiving)
            throw new InvalidOperationException($"'{Path}' handles no message now: there is nothing to stash.");
        Context.Stash(_current!, _props.StashCapacity, Path);
    }

    internal void UnstashAll() => _context?.UnstashAll();

    internal void Watch(ActorRef who, TMessage whenStopped)
    {
        Context.Watching.Add(who);
        who.Signal(new Watch(new Watcher<TMessage>(this, whenStopped)));
    }

    internal void Unwatch(ActorRef who)
    {
        if (_context?.Watching.Remove(who) == true)
            who.Signal(new Unwatch(this));
    }

    /// <summary>An abandoned handler runs on after a kill, but it may change nothing any more.</summary>
    internal void ThrowIfKilled()
    {
        if (_killed)
            throw new InvalidOperationException($"'{Path}' was killed.");
    }
}
