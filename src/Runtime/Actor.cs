using Microsoft.Extensions.Logging;
using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime;

/// <summary>
/// A unit of state that handles one message at a time. Nothing interleaves while <see cref="Receive"/> awaits.
/// The members below are for the actor's own code only, on its own turn.
/// </summary>
public abstract class Actor<TMessage>
{
    private ActorCell<TMessage>? _cell;

    /// <summary>Returns <c>default</c> when nothing was awaited.</summary>
    protected internal abstract ValueTask Receive(TMessage message);

    /// <summary>The mailbox opens when it completes; a failure here is a failure like any other.</summary>
    protected internal virtual ValueTask PreStart() => default;

    protected internal virtual ValueTask PostStop() => default;

    /// <summary>On the old instance, after its children have stopped. By default things are released where a stop releases them.</summary>
    protected internal virtual ValueTask PreRestart(Exception cause) => PostStop();

    /// <summary>After a turn that handled a message: nothing is left, or the turn is used up. Here is sent what was gathered.</summary>
    protected internal virtual ValueTask TurnEnded() => default;

    /// <summary>What happens when a child of this actor fails.</summary>
    protected internal virtual SupervisorStrategy Supervision => SupervisorStrategy.Default;

    protected ActorRef<TMessage> Self => Cell;
    protected ActorSystem System => Cell.System;
    protected ILogger Log => Cell.System.LoggerOf(GetType());

    /// <summary>Cancelled the moment a stop is requested, also while a message is being handled.</summary>
    protected CancellationToken Stopping => Cell.Stopping;

    protected Timers<TMessage> Timers => new(Cell);

    protected ActorRef<T> Spawn<T>(Props<T> props, string name) => Cell.Spawn(props, name);

    protected void Stop(ActorRef child) => Cell.Stop(child);

    protected void StopSelf() => Cell.Signal(new Stop());

    /// <summary>Sends me <paramref name="whenStopped"/> once, after everything that <paramref name="who"/> itself told me.</summary>
    protected void Watch(ActorRef who, TMessage whenStopped) => Cell.Watch(who, whenStopped);

    protected void Unwatch(ActorRef who) => Cell.Unwatch(who);

    /// <summary>A reply address in my own vocabulary. <paramref name="map"/> is pure: it runs where the reply is sent.</summary>
    protected ActorRef<TReply> Adapt<TReply>(Func<TReply, TMessage> map) => new Adapter<TReply, TMessage>(Cell, map);

    /// <summary>The outcome of a task as a message to me. The maps are pure: they run where the task completes.</summary>
    protected void PipeToSelf<T>(Task<T> task, Func<T, TMessage> success, Func<Exception, TMessage> failure) =>
        new Pipe<T, TMessage>(Cell, success, failure).Take(new ValueTask<T>(task));

    /// <summary>The same for tasks that follow each other without end.</summary>
    protected Pipe<T, TMessage> Pipe<T>(Func<T, TMessage> success, Func<Exception, TMessage> failure) => new(Cell, success, failure);

    /// <summary>Puts the message being handled aside, until <see cref="UnstashAll"/> or a restart. A full stash is a failure.</summary>
    protected void Stash() => Cell.Stash();

    /// <summary>What was put aside comes next, in its order, before the mailbox.</summary>
    protected void UnstashAll() => Cell.UnstashAll();

    /// <summary>For a message this actor does not expect now: a dead letter that says so.</summary>
    protected void Unhandled(TMessage message) => Cell.System.DeadLetter(Self, message, "unhandled");

    internal ActorCell<TMessage> Cell =>
        _cell ?? throw new InvalidOperationException("Self, System and the like are there from PreStart on, not in the constructor.");

    internal void Attach(ActorCell<TMessage> cell)
    {
        if (_cell is not null)
            throw new InvalidOperationException($"The props of '{cell.Path}' returned an instance that already belongs to '{_cell.Path}': make a new one each time.");
        _cell = cell;
    }
}
