namespace Oddswire.Runtime.Execution;

/// <summary>Somebody who wants to know when a cell has stopped.</summary>
internal abstract class Watcher
{
    internal abstract ActorRef? Who { get; }
    internal abstract void Notify();
}

internal sealed class Watcher<TMessage>(ActorCell<TMessage> cell, TMessage whenStopped) : Watcher
{
    internal override ActorRef? Who => cell;
    internal override void Notify() => cell.Notice(whenStopped);
}
