using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Execution;

internal sealed partial class ActorCell<TMessage>
{
    private Children? _children;
    private ICell? _escalated;              // the child whose failure I passed on to my own parent

    public Children? Children => Volatile.Read(ref _children);

    internal ActorRef<T> Spawn<T>(Props<T> props, string name)
    {
        ActorName.Check(name);
        if (_killed || _phase is Phase.Stopping or Phase.Stopped)
            throw new InvalidOperationException($"'{Path}' is stopping and spawns nothing more: '{name}' was not started.");
        var children = Children ?? Interlocked.CompareExchange(ref _children, new Children(), null) ?? _children!;
        var child = new ActorCell<T>(System, this, props, name);
        children.Add(child, Path);
        child.Signal(new Start());
        return child;
    }

    internal void Stop(ActorRef child)
    {
        if (child is not ICell cell || Children?.Contains(cell) != true)
        {
            if (child is ICell { } other && other.Describe().State == ActorState.Stopped)
                return;
            throw new InvalidOperationException($"'{child.Path}' is no child of '{Path}': only a parent stops an actor. Send it a message instead.");
        }
        child.Signal(new Stop());
    }

    /// <summary>One after the other, youngest first: who started later may rely on who started earlier, to the end.</summary>
    private bool StopNextChild()
    {
        Children?.Close();
        if (Children?.Youngest is { } child)
        {
            child.Signal(new Stop());
            return true;
        }
        if (_phase == Phase.Restarting)
            return Recreate();
        if (_actor is { } actor)
            return RunPostStop(actor);
        Finish(null);
        return true;
    }

    private bool ChildHasStopped(ICell child)
    {
        child.History?.Pending?.Dispose();
        Children!.Remove(child);
        return _phase is not (Phase.Stopping or Phase.Restarting) || StopNextChild();
    }

    private void ChildFailed(ICell child, Exception cause)
    {
        if (_phase is Phase.Stopping or Phase.Restarting or Phase.Stopped)
            return;     // its turn to be stopped comes
        SupervisorStrategy strategy;
        Decision decision;
        try
        {
            strategy = _actor?.Supervision ?? SupervisorStrategy.Default;
            decision = strategy.Decide(cause);
        }
        catch (Exception e)
        {
            Fail(new AggregateException($"'{Path}' could not decide about the failure of '{child.Ref.Path}'.", e, cause));
            return;
        }
        var directive = decision.Directive;
        var delay = TimeSpan.Zero;
        if (directive == Directive.Restart)
        {
            var history = child.History ??= new RestartHistory();
            if (history.Next(strategy, System.Time, System.Random) is { } backoff)
            {
                delay = decision.NotBefore is { } notBefore && notBefore > backoff ? notBefore : backoff;
            }
            else
            {
                directive = strategy.Limit.Exceeded;
                if (directive == Directive.Stop)
                    System.Quarantine(new Quarantine(child.Ref, cause));
            }
        }
        Apply(directive, strategy.Scope, child, cause, delay);
    }

    private void Apply(Directive directive, Scope scope, ICell child, Exception cause, TimeSpan delay)
    {
        switch (directive)
        {
            case Directive.Resume:
                child.Signal(new Resume());
                break;
            case Directive.Restart when delay <= TimeSpan.Zero:
                RestartNow(scope, child, cause);
                break;
            case Directive.Restart:
                child.History!.Pending?.Dispose();
                child.History.Pending = System.Time.CreateTimer(
                    _ => RestartNow(scope, child, cause), null, delay, Timeout.InfiniteTimeSpan);
                break;
            case Directive.Stop:
                foreach (var one in Concerned(scope, child))
                    one.Signal(new Stop());
                break;
            default:
                _escalated = child;
                Fail(cause);
                break;
        }
    }

    private void RestartNow(Scope scope, ICell child, Exception cause)
    {
        foreach (var one in Concerned(scope, child))
            one.Signal(new Restart(cause));
    }

    private ICell[] Concerned(Scope scope, ICell child) =>
        scope == Scope.AllForOne ? Children!.InStartOrder() : [child];

    /// <summary>When my parent resumes me, what I escalated is answered by the same word.</summary>
    private void ResumeEscalated()
    {
        _escalated?.Signal(new Resume());
        _escalated = null;
    }
}
