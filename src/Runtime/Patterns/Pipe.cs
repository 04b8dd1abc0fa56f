using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Patterns;

internal static class Pipe
{
    /// <summary>Nothing is lost: a failed task is a message, a failed map is a failure of the actor.</summary>
    internal static async Task ToCell<T, TMessage>(
        ActorCell<TMessage> cell, Task<T> task, Func<T, TMessage> success, Func<Exception, TMessage> failure)
    {
        TMessage message;
        try
        {
            message = await Outcome(task, success, failure);
        }
        catch (Exception e)
        {
            cell.Signal(new Fault(e));
            return;
        }
        cell.Tell(message);
    }

    private static async Task<TMessage> Outcome<T, TMessage>(Task<T> task, Func<T, TMessage> success, Func<Exception, TMessage> failure)
    {
        T result;
        try
        {
            result = await task;
        }
        catch (Exception e)
        {
            return failure(e);
        }
        return success(result);
    }
}
