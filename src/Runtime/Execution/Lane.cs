namespace Oddswire.Runtime.Execution;

/// <summary>
/// A thread that waits for something outside, a socket or a store, does itself what its news sets off, and wakes no thread of the pool for it. One piece of
/// news is a chain of short turns, each of which wakes the next actor; handed to another thread it costs two changes of threads, which is more than all
/// of its turns. What is more than a chain goes to the pool, where other cores take part.
/// </summary>
public sealed class Lane
{
    // A chain that divides has so many ends: the directories of one batch, the sessions of one fill. With one core there is nobody to take part.
    private static readonly int MostWaiting = Environment.ProcessorCount == 1 ? int.MaxValue : 16;

    [ThreadStatic] private static Lane? _here;

    private readonly Queue<IThreadPoolWorkItem> _waiting = new(16);

    /// <summary>Brings the news, then takes the turns that it sets off, until there are none. Those that were set off before it failed are taken too: nobody else has them.</summary>
    public void Run<T>(Action<T> bring, T news)
    {
        var clean = ExecutionContext.Capture();
        _here = this;
        try
        {
            bring(news);
        }
        finally
        {
            while (_waiting.TryDequeue(out var work))
            {
                work.Execute();
                // As the pool does: what a turn left in its context is not the next one's.
                if (clean is not null && ExecutionContext.Capture() != clean)
                    ExecutionContext.Restore(clean);
            }
            _here = null;
        }
    }

    /// <summary>False: this thread has no lane, or enough in it.</summary>
    internal static bool TryAdd(IThreadPoolWorkItem work)
    {
        if (_here is not { } lane || lane._waiting.Count >= MostWaiting)
            return false;
        lane._waiting.Enqueue(work);
        return true;
    }
}
