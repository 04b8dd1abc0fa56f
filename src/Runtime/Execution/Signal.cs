using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Execution;

/// <summary>What the runtime itself tells a cell. Signals are looked at before every message and never during one.</summary>
internal abstract class Signal
{
    /// <summary>Owned by the one queue that holds the signal: a signal object is sent once.</summary>
    internal Signal? Next;
}

internal sealed class Start : Signal;

internal sealed class Stop : Signal;

/// <summary>A shutdown is past its deadline: end without PostStop.</summary>
internal sealed class Kill : Signal;

/// <summary>The parent's answer. <paramref name="number"/>: how many times it has said so, this time included.</summary>
internal sealed class Restart(Exception cause, int number) : Signal
{
    internal Exception Cause { get; } = cause;
    internal int Number { get; } = number;
}

internal sealed class Resume : Signal;

/// <summary>A child has failed and is suspended until its parent decides.</summary>
internal sealed class Failed(ICell child, Exception cause, int restarts, bool started) : Signal
{
    internal ICell Child { get; } = child;
    internal Exception Cause { get; } = cause;
    internal int Restarts { get; } = restarts;

    /// <summary>False: it failed in its start, and there is nothing to resume.</summary>
    internal bool Started { get; } = started;
}

/// <summary>The delay before a child's restart is over.</summary>
internal sealed class RestartDue(Failed failed, Scope scope) : Signal
{
    internal Failed Failed { get; } = failed;
    internal Scope Scope { get; } = scope;
}

internal sealed class ChildStopped(ICell child) : Signal
{
    internal ICell Child { get; } = child;
}

/// <summary>Something outside Receive went wrong on the actor's behalf (a reply map, a full mailbox): it fails as if it had thrown.</summary>
internal sealed class Fault(Exception cause) : Signal
{
    internal Exception Cause { get; } = cause;
}

internal sealed class Watch(Watcher watcher) : Signal
{
    internal Watcher Watcher { get; } = watcher;
}

internal sealed class Unwatch(ActorRef watcher) : Signal
{
    internal ActorRef Watcher { get; } = watcher;
}
