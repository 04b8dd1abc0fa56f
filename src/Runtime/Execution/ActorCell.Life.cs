using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Execution;

internal sealed partial class ActorCell<TMessage>
{
    private Phase _phase;
    private Actor<TMessage>? _actor;
    private bool _started;                  // PreStart of the present instance has completed
    private volatile bool _stopRequested;
    private CancellationTokenSource? _stopping;
    private int _restarts;
    private int _failures;
    private int _failedStarts;              // in a row, each with what the failure before it said
    private Exception? _lastError;
    private Watchers _watchers;

    /// <summary>False: left on an await.</summary>
    private bool Handle(Signal signal)
    {
        // First of all: a stop that was asked for before the kill would still run PostStop.
        if (_killed && _phase != Phase.Stopped)
            Finish(null);
        switch (signal)
        {
            case Tick<TMessage> tick:
                if (!tick.Cancelled)
                    _context!.Due(tick);
                return true;
            case Start _:
                return _phase != Phase.Starting || Create();
            case Stop _:
                return _phase is Phase.Stopping or Phase.Stopped || WindDown(Phase.Stopping);
            case Kill _:
                return true;
            case Restart restart:
                return BeginRestart(restart);
            case Resume _:
                return Resumed();
            case Failed failed:
                ChildFailed(failed);
                return true;
            case RestartDue due:
                if (!IsAnswered(due.Failed))
                    RestartNow(due.Failed, due.Scope);
                return true;
            case ChildStopped stopped:
                return ChildHasStopped(stopped.Child);
            case Fault fault:
                Fail(fault.Cause);
                return true;
            case Watcher<TMessage> watcher:
                WatchedHasStopped(watcher);
                return true;
            case Watch watch:
                AddWatcher(watch.Watcher);
                return true;
            case Unwatch unwatch:
                _watchers.Remove(unwatch.Watcher);
                return true;
            default:
                throw new InvalidOperationException($"No cell knows the signal {signal.GetType().Name}.");
        }
    }

    private bool Create()
    {
        _phase = Phase.Starting;
        _started = false;
        return Await(Step.Start, Begin(() =>
        {
            var actor = _props.Create();
            actor.Attach(this);
            _actor = actor;
            return actor.PreStart();
        }));
    }

    /// <summary>What is thrown before the first await is the outcome of the task like what is thrown after it.</summary>
    private static ValueTask Begin(Func<ValueTask> step)
    {
        try
        {
            return step();
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    private void Started(Exception? error)
    {
        if (error is null)
        {
            _started = true;
            if (_failedStarts > 0)
                System.Log.RunsAgain(Path, _failedStarts);
            _failedStarts = 0;
            Open();
        }
        else
        {
            Fail(error);
        }
    }

    private void Open()
    {
        _phase = Phase.Running;
        _overflowing = 0;
    }

    /// <summary>Messages wait from here on, signals do not. The parent decides.</summary>
    private void Fail(Exception cause, TMessage? message = default, bool hasMessage = false)
    {
        Interlocked.Increment(ref _failures);
        System.Metrics.Failed();
        var before = _lastError;
        _lastError = cause;
        if (_killed || _phase is Phase.Restarting or Phase.Stopping or Phase.Stopped)
        {
            System.Log.FailedWhileStopping(Path, cause);
            return;
        }
        Report(cause, before);
        if (hasMessage && cause is not IExpectedFailure { IsExpected: true })
            System.DeadLetter(this, message, "failed", cause);
        if (_phase == Phase.Suspended)
            return;     // the parent decides already, and its answer holds for this too
        _phase = Phase.Suspended;
        if (_parent is null)
            System.Escalated(cause);
        else
            _parent.Signal(new Failed(this, cause, _restarts, _started));
    }

    /// <summary>One line per outage: a restart that fails like the one before it is no news.</summary>
    private void Report(Exception cause, Exception? before)
    {
        if (cause is IExpectedFailure { IsExpected: true })
        {
            System.Log.FailedAsExpected(Path, cause.Message);
        }
        else if (_phase == Phase.Starting && _restarts > 0 && before?.GetType() == cause.GetType())
        {
            _failedStarts++;
            System.Log.FailedAgain(Path, cause);
        }
        else
        {
            System.Log.ActorFailed(Path, cause);
        }
    }

    private bool Resumed()
    {
        if (_phase != Phase.Suspended)
            return true;
        Open();
        ResumeEscalated();
        return true;
    }

    private bool BeginRestart(Restart restart)
    {
        _restarts = restart.Number;
        System.Metrics.Restarted();
        if (_phase is not (Phase.Suspended or Phase.Running))
            return true;
        _lastError = restart.Cause;
        return WindDown(Phase.Restarting);
    }

    /// <summary>Ref, path, mailbox, watchers and adapters stay; instance, children and timers go; what was stashed comes first.</summary>
    private bool Recreate()
    {
        var old = _actor;
        _actor = null;
        return old is null ? Released(null) : Await(Step.PreRestart, Begin(() => old.PreRestart(_lastError!)));
    }

    private bool Released(Exception? error)
    {
        if (error is not null)
            System.Log.FailedWhileReleasing(Path, error);      // the instance is gone either way; the new one starts clean
        _escalated = null;
        _context?.CancelTimers();       // here and not earlier: also those that the old instance set while it was released
        _context?.UnstashAll();
        return _stopRequested || Create();      // the stop is among the signals: nobody is made for it
    }

    /// <summary>The way down to a stop or a restart. A turn that was going well ends as turns do, so that what it gathered is sent.</summary>
    private bool WindDown(Phase to)
    {
        var turnEndOwed = _turn.Handled && _phase == Phase.Running;
        _phase = to;
        _turn.Handled = false;
        return turnEndOwed ? Await(Step.TurnEnd, TurnEnded()) : StopNextChild();
    }

    private void Finish(Exception? error)
    {
        if (error is not null)
            Fail(error);
        _phase = Phase.Stopped;
        _closed = true;
        _actor = null;
        _context?.CancelTimers();
        DropMessages();
        _context?.Stopped(this, StoppedReason);
        System.CellStopped(this);
        _parent?.Signal(new ChildStopped(this));
        _watchers.NotifyAll();
        if (_parent is null)
            System.RootStopped();
    }

    /// <summary>Also what slipped in between the last look and the closing of the mailbox.</summary>
    private void DropMessages()
    {
        while (_context is { HasFront: true } context && context.TryTakeFront(out var put))
            System.DeadLetter(this, put, StoppedReason);
        while (_messages is { } messages && messages.TryDequeue(ref _turn.Reader, out var message))
            System.DeadLetter(this, message, StoppedReason);
    }

    private void AddWatcher(Watcher watcher)
    {
        if (_phase == Phase.Stopped)
        {
            watcher.Notify();
            return;
        }
        _watchers.Add(watcher);
    }

    internal CancellationToken Stopping
    {
        get
        {
            if (_stopping is null)
            {
                _stopping = new CancellationTokenSource();
                Interlocked.MemoryBarrier();
            }
            if (_stopRequested)
                Cancel(_stopping);      // whoever looks must not be earlier than the turn that tells the others
            return _stopping.Token;
        }
    }

    private void CancelStopping()
    {
        _stopRequested = true;
        Interlocked.MemoryBarrier();
        // On a turn of its own: the callbacks would otherwise run this actor's handler on the stopper's stack.
        if (Volatile.Read(ref _stopping) is { } source)
            System.Dispatcher.Schedule(new Cancellation(this, source));
    }

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception e)
        {
            System.Log.FailedWhileStopping(Path, e);        // a callback of the actor's; the others have run
        }
    }

    private sealed class Cancellation(ActorCell<TMessage> cell, CancellationTokenSource source) : IThreadPoolWorkItem
    {
        public void Execute() => cell.Cancel(source);
    }
}

internal enum Phase : byte { Starting, Running, Suspended, Restarting, Stopping, Stopped }
