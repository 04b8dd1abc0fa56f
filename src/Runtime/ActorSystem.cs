using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime;

/// <summary>Everything an actor system takes from outside. Production and simulation differ here and nowhere else.</summary>
public sealed record ActorSystemOptions
{
    public string Name { get; init; } = "oddswire";
    public NodeId Node { get; init; } = new("local", 1);
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Shared by all actors: safe for many threads, or seeded for one.</summary>
    public required Random Random { get; init; }
    public Dispatcher Dispatcher { get; init; } = Dispatcher.ThreadPool;
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>For the failures of top-level actors.</summary>
    public SupervisorStrategy Supervision { get; init; } = SupervisorStrategy.Default;

    /// <summary>Without one there are no event-sourced actors.</summary>
    public IJournal? Journal { get; init; }

    /// <summary>Actors that read their events back at the same time. 16 keeps a store busy and leaves it room to append.</summary>
    public int RecoveryParallelism { get; init; } = 16;

    /// <summary>How often it is looked who has work and gets no further. Zero: never, and then messages are only counted of who has stopped.</summary>
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>The root of a tree of actors, and what outside code needs of it: spawn, ask, stop, watch what goes wrong.</summary>
#pragma warning disable CA1001 // Stop, which is awaited and has a deadline, releases the metrics
public sealed class ActorSystem
#pragma warning restore CA1001
{
    private readonly ActorCell<Guardian.Never> _root;
    private readonly DeadLetterLog _deadLetterLog;
    private readonly ILoggerFactory _loggers;
    [ThreadStatic] private static bool _observing;
    private volatile bool _stopping;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ActorSystem(ActorSystemOptions options)
    {
        Name = options.Name;
        Node = options.Node;
        Time = options.Time;
        Random = options.Random;
        Dispatcher = options.Dispatcher;
        _loggers = options.Loggers;
        Log = new UnfailingLog(options.Loggers.CreateLogger("Oddswire.Runtime"));
        _deadLetterLog = new DeadLetterLog(Log, Time);
        Metrics = new RuntimeMetrics(this, options.SampleEvery);
        _root = new ActorCell<Guardian.Never>(this, null, Props.Of(() => new Guardian(options.Supervision)), "");
        _root.Signal(new Start());
        if (options.Journal is { } journal)
            Journaling = new Journaling(this, journal, options.RecoveryParallelism);
    }

    public string Name { get; }
    public NodeId Node { get; }
    public TimeProvider Time { get; }
    public Random Random { get; }

    /// <summary>Completes when everything has stopped; fails with the cause when a failure climbed to the root.</summary>
    public Task Terminated => _terminated.Task;

    public event Action<DeadLetter>? DeadLetters;

    /// <summary>A child that exceeded its limit was stopped for good: put it on record, tell its clients.</summary>
    public event Action<Quarantine>? Quarantined;

    internal Dispatcher Dispatcher { get; }
    internal RuntimeMetrics Metrics { get; }
    internal ILogger Log { get; }
    internal Journaling? Journaling { get; }

    public ActorRef<T> Spawn<T>(Props<T> props, string name) => _root.Spawn(props, name);

    /// <summary>For code outside of actors. An actor that waited for an answer could wait for itself: there it is a message and an adapter.</summary>
    public ValueTask<TReply> Ask<TMessage, TReply>(ActorRef<TMessage> to, Func<ActorRef<TReply>, TMessage> question, TimeSpan timeout)
    {
        var ask = new Ask<TReply>(this, to.Path, timeout);
        TMessage message;
        try
        {
            message = question(ask);
        }
        catch
        {
            ask.GiveUp();
            throw;
        }
        to.Tell(message);
        return ask.Answer;
    }

    /// <summary>Top-level actors one by one, youngest first, each with its deadline; who misses it is killed.</summary>
    public async ValueTask Stop(TimeSpan deadlineEach)
    {
        _stopping = true;
        _root.Children?.Close();
        while (_root.Children?.Youngest is { } child)
        {
            if (!await Stopped(child, deadlineEach))
            {
                Log.Killed(child.Ref.Path, deadlineEach.TotalSeconds);
                child.Kill();
            }
            _root.Children.Remove(child);
        }
        // Whoever was spawned at the last moment is stopped by the root, within one deadline more.
        if (!await Stopped(_root, deadlineEach))
            _root.Kill();
    }

    private async ValueTask<bool> Stopped(ICell cell, TimeSpan deadline)
    {
        var stopped = new StopWaiter(Time, deadline);
        cell.Signal(new Watch(stopped));
        cell.Signal(new Execution.Stop());
        return await stopped.InTime;
    }

    /// <summary>Every living actor, parents before children, siblings in start order.</summary>
    public ImmutableArray<ActorInfo> Snapshot()
    {
        var stuck = Metrics.Busy.Stuck(Time);
        return [.. Cells().Select(cell => cell.Describe(stuck.GetValueOrDefault(cell)))];
    }

    internal ILogger LoggerOf(Type actor) => _loggers.CreateLogger(actor.FullName ?? actor.Name);

    internal void DeadLetter(ActorRef to, object? message, string reason, Exception? cause = null)
    {
        var letter = new DeadLetter(to, message, reason, cause);
        Metrics.DeadLetter();
        // A tree that is taken down talks to actors that have gone already: counted and observed like any other, but no news for the log.
        if ((!_stopping && message is not IDeadLetterSuppression) || cause is not null)
            _deadLetterLog.Write(letter);
        if (_observing)
            return;     // an observer told somebody who has stopped: counted and logged, but not observed for ever
        _observing = true;
        Observe(DeadLetters, letter, "dead letters");
        _observing = false;
    }

    internal void SummarizeDeadLetters() => _deadLetterLog.Summarize();

    internal void Quarantine(Quarantine quarantine)
    {
        Log.Quarantined(quarantine.Actor.Path, quarantine.Cause);
        Observe(Quarantined, quarantine, "quarantines");
    }

    internal void Escalated(Exception cause)
    {
        Log.Escalated(cause);
        _terminated.TrySetException(cause);
    }

    internal void RootStopped()
    {
        Metrics.Dispose();
        _terminated.TrySetResult();
    }

    internal void CellStopped(ICell cell)
    {
        Metrics.Busy.Stopped(cell);
        if (cell != _root)
            Metrics.Stopped();
    }

    internal IEnumerable<ICell> Cells()
    {
        var open = new Stack<ICell>();
        _root.Children?.PushTo(open);
        while (open.TryPop(out var cell))
        {
            yield return cell;
            cell.Children?.PushTo(open);
        }
    }

    private void Observe<T>(Action<T>? observers, T what, string name)
    {
        try
        {
            observers?.Invoke(what);
        }
        catch (Exception e)
        {
            Log.ObserverThrew(name, e);
        }
    }

    private sealed class StopWaiter : Watcher
    {
        private readonly TaskCompletionSource<bool> _inTime = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ITimer _deadline;

        internal StopWaiter(TimeProvider time, TimeSpan deadline) =>
            _deadline = time.CreateTimer(_ => _inTime.TrySetResult(false), null, deadline, Timeout.InfiniteTimeSpan);

        internal Task<bool> InTime => _inTime.Task;

        /// <summary>Nobody's ref: this watcher is no actor.</summary>
        internal override ActorRef? Who => null;

        internal override void Notify()
        {
            _deadline.Dispose();
            _inTime.TrySetResult(true);
        }
    }
}
