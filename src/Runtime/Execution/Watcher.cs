namespace Oddswire.Runtime.Execution;

/// <summary>Somebody who wants to know when a cell has stopped. Sent to its own cell when that happens, hence a signal.</summary>
internal abstract class Watcher : Signal
{
    internal abstract ActorRef? Who { get; }
    internal abstract void Notify();
}

internal sealed class Watcher<TMessage>(ActorCell<TMessage> cell, ActorRef watched, TMessage whenStopped) : Watcher
{
    internal override ActorRef? Who => cell;
    internal ActorRef Watched { get; } = watched;
    internal TMessage WhenStopped { get; } = whenStopped;
    internal override void Notify() => cell.Signal(this);
}
