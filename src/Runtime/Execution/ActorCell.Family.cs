using Oddswire.Runtime.Diagnostics;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Runtime.Execution;

internal sealed partial class ActorCell<TMessage>
{
    private Children? _children;
    private List<Failed>? _escalated;       // failures of children that I passed on to my own parent

    public Children? Children => Volatile.Read(ref _children);

    internal ActorRef<T> Spawn<T>(Props<T> props, string name)
    {
        ActorName.Check(name);
        if (_killed || _phase is Phase.Restarting or Phase.Stopping or Phase.Stopped)
            throw new InvalidOperationException($"'{Path}' is stopping and spawns nothing more: '{name}' was not started.");
        var children = Children ?? Interlocked.CompareExchange(ref _children, new Children(), null) ?? _children!;
        var child = new ActorCell<T>(System, this, props, name);
        children.Add(child, Path);
        System.Metrics.Spawned();
        child.Signal(new Start());
        return child;
    }

    internal void Stop(ActorRef child)
    {
        if (child is not ICell cell || Children?.Contains(cell) != true)
        {
            if (child is ICell { } other && other.Describe(default).State == ActorState.Stopped)
                return;
            throw new InvalidOperationException($"'{child.Path}' is no child of '{Path}': only a parent stops an actor. Send it a message instead.");
        }
        child.Signal(new Stop());
    }

    /// <summary>One after the other, youngest first: who started later may rely on who started earlier, to the end.</summary>
    private bool StopNextChild()
    {
        if (_phase == Phase.Stopping)
            Children?.Close();
        if (Children?.Youngest is { } child)
        {
            child.Signal(new Stop());
            return true;
        }
        if (_phase == Phase.Restarting)
            return Recreate();
        if (_actor is { } actor)
            return Await(Step.PostStop, Begin(actor.PostStop));
        Finish(null);
        return true;
    }

    private bool ChildHasStopped(ICell child)
    {
        child.History?.Pending?.Dispose();
        _escalated?.RemoveAll(failed => failed.Child == child);
        Children!.Remove(child);
        if (_phase == Phase.Restarting)
            _context?.Watching.Remove(child.Ref);       // the end of its own children is no news to a new instance
        return _phase is not (Phase.Stopping or Phase.Restarting) || StopNextChild();
    }

    /// <summary>What becomes of the child; <paramref name="fromAbove"/> is my own parent's answer, where I had passed its failure on.</summary>
    private void ChildFailed(Failed failed, Directive? fromAbove = null)
    {
        if (IsAnswered(failed))
            return;
        try
        {
            var strategy = _actor?.Supervision ?? SupervisorStrategy.Default;
            if (fromAbove is { } given)
                Answer(failed, strategy, given, answeredAbove: true);
            else
                Answer(failed, strategy, failed.Child.IsCritical ? Directive.Escalate : strategy.Decide(failed.Cause));
        }
        catch (Exception e)
        {
            Escalate(failed, new AggregateException($"'{Path}' could not decide about the failure of '{failed.Child.Ref.Path}'.", e, failed.Cause));
        }
    }

    /// <summary>Its turn to be stopped comes, or it was told to restart after it had failed: by a sibling's failure, or by this one.</summary>
    private bool IsAnswered(Failed failed) =>
        _phase is Phase.Restarting or Phase.Stopping or Phase.Stopped || failed.Restarts != (failed.Child.History?.Told ?? 0);

    private void Answer(Failed failed, SupervisorStrategy strategy, Decision decision, bool answeredAbove = false)
    {
        switch (decision.Directive)
        {
            case Directive.Resume when failed.Started:
                failed.Child.Signal(new Resume());
                break;
            case Directive.Resume or Directive.Restart:
                RestartWithin(strategy, failed, decision.NotBefore ?? TimeSpan.Zero, answeredAbove);
                break;
            case Directive.Stop:
                foreach (var one in Concerned(strategy.Scope, failed.Child))
                    one.Signal(new Stop());
                break;
            default:
                Escalate(failed, failed.Cause);
                break;
        }
    }

    private void RestartWithin(SupervisorStrategy strategy, Failed failed, TimeSpan notBefore, bool answeredAbove)
    {
        var history = failed.Child.History ??= new RestartHistory();
        if (history.Next(strategy, notBefore, System.Time, System.Random) is not { } delay)
        {
            // What was passed on and answered is not passed on again: a child that cannot start and one that says "resume" would go round for ever.
            var stop = answeredAbove || strategy.Limit.Exceeded == Directive.Stop;
            if (stop)
                System.Quarantine(new Quarantine(failed.Child.Ref, failed.Cause));
            Answer(failed, strategy, stop ? Directive.Stop : Directive.Escalate);
        }
        else if (delay <= TimeSpan.Zero)
        {
            RestartNow(failed, strategy.Scope);
        }
        else
        {
            history.Pending?.Dispose();
            history.Pending = System.Time.CreateTimer(_ => Signal(new RestartDue(failed, strategy.Scope)), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void RestartNow(Failed failed, Scope scope)
    {
        foreach (var one in Concerned(scope, failed.Child))
        {
            var history = one.History ??= new RestartHistory();
            history.Pending?.Dispose();
            one.Signal(new Restart(failed.Cause, ++history.Told));
        }
    }

    private ICell[] Concerned(Scope scope, ICell child) =>
        scope == Scope.AllForOne ? Children!.InStartOrder() : [child];

    private void Escalate(Failed failed, Exception cause)
    {
        (_escalated ??= []).Add(failed);
        Fail(cause);
    }

    /// <summary>What I passed on to my parent is answered by my parent's word.</summary>
    private void ResumeEscalated()
    {
        var escalated = _escalated;
        _escalated = null;
        foreach (var failed in escalated ?? [])
            ChildFailed(failed, Directive.Resume);
    }
}
