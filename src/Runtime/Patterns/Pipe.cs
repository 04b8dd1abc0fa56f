using System.Runtime.CompilerServices;
using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Patterns;

/// <summary>
/// Outcomes of tasks as messages to one actor, of one task after the other; nothing is allocated for each. Nothing is lost: a failed task is a message,
/// a failed map is a failure of the actor.
/// </summary>
public sealed class Pipe<T, TMessage>
{
    private readonly ActorCell<TMessage> _cell;
    private readonly Func<T, TMessage> _success;
    private readonly Func<Exception, TMessage> _failure;
    private Action? _completed;
    private ValueTaskAwaiter<T> _awaiter;
    private bool _awaits;

    internal Pipe(ActorCell<TMessage> cell, Func<T, TMessage> success, Func<Exception, TMessage> failure) =>
        (_cell, _success, _failure) = (cell, success, failure);

    /// <summary>The next task, when the outcome of the last one has come.</summary>
    public void Take(ValueTask<T> task)
    {
        if (_awaits)
            throw new InvalidOperationException("A pipe takes one task after the other, and the last one is not through it.");
        _awaits = true;
        _awaiter = task.GetAwaiter();
        if (_awaiter.IsCompleted)
            Completed();
        else
            _awaiter.UnsafeOnCompleted(_completed ??= Completed);      // a plain awaiter: the simulation sees it
    }

    private void Completed()
    {
        var awaiter = _awaiter;
        (_awaiter, _awaits) = (default, false);     // who gets the message may bring the next task at once
        TMessage message;
        try
        {
            message = Outcome(awaiter);
        }
        catch (Exception e)
        {
            _cell.Signal(new Fault(e));
            return;
        }
        _cell.Tell(message);
    }

    private TMessage Outcome(ValueTaskAwaiter<T> awaiter)
    {
        T result;
        try
        {
            result = awaiter.GetResult();
        }
        catch (Exception e)
        {
            return _failure(e);
        }
        return _success(result);
    }
}
