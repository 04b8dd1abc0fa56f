using Microsoft.Extensions.Logging;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Tests;

/// <summary>What a puppet does: a piece of test code that runs inside the actor, on its turn.</summary>
internal delegate ValueTask Act(Puppet me);

/// <summary>An actor without a will of its own: its messages are acts, its hooks are given by the test.</summary>
internal sealed class Puppet : Actor<Act>
{
    internal Act? OnStart { get; init; }
    internal Act? OnStop { get; init; }
    internal Act? OnTurnEnded { get; init; }
    internal Func<Puppet, Exception, ValueTask>? OnRestart { get; init; }
    internal SupervisorStrategy Strategy { get; init; } = SupervisorStrategy.Default;

    internal new ActorRef<Act> Self => base.Self;
    internal new ActorSystem System => base.System;
    internal new ILogger Log => base.Log;
    internal new CancellationToken Stopping => base.Stopping;
    internal new Timers<Act> Timers => base.Timers;

    protected internal override SupervisorStrategy Supervision => Strategy;

    protected internal override ValueTask Receive(Act message) => message(this);
    protected internal override ValueTask PreStart() => OnStart?.Invoke(this) ?? default;
    protected internal override ValueTask PostStop() => OnStop?.Invoke(this) ?? default;
    protected internal override ValueTask TurnEnded() => OnTurnEnded?.Invoke(this) ?? default;

    protected internal override ValueTask PreRestart(Exception cause) =>
        OnRestart is null ? base.PreRestart(cause) : OnRestart(this, cause);

    internal ActorRef<Act> Spawn(string name, Puppet puppet) => Spawn(Props.Of(() => puppet), name);
    internal ActorRef<Act> Spawn(string name, Func<Puppet> create) => Spawn(Props.Of(create), name);
    internal new ActorRef<T> Spawn<T>(Props<T> props, string name) => base.Spawn(props, name);
    internal new void Stop(ActorRef child) => base.Stop(child);
    internal new void StopSelf() => base.StopSelf();
    internal new void Watch(ActorRef who, Act whenStopped) => base.Watch(who, whenStopped);
    internal new void Unwatch(ActorRef who) => base.Unwatch(who);
    internal new void Stash() => base.Stash();
    internal new void UnstashAll() => base.UnstashAll();
    internal new void Unhandled(Act message) => base.Unhandled(message);
    internal new ActorRef<T> Adapt<T>(Func<T, Act> map) => base.Adapt(map);
    internal new void PipeToSelf<T>(Task<T> task, Func<T, Act> success, Func<Exception, Act> failure) => base.PipeToSelf(task, success, failure);
    internal new Pipe<T, Act> Pipe<T>(Func<T, Act> success, Func<Exception, Act> failure) => base.Pipe(success, failure);

    /// <summary>An act that awaits nothing.</summary>
    internal static Act Do(Action<Puppet> act) => me =>
    {
        act(me);
        return default;
    };

    internal static Act Fail(string why = "told to") => _ => throw new TestFailure(why);
}

internal sealed class TestFailure(string message) : Exception(message);
