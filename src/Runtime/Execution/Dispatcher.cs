namespace Oddswire.Runtime.Execution;

/// <summary>Where turns run: the .NET thread pool in production, a seeded list in tests.</summary>
public abstract class Dispatcher
{
    public static Dispatcher ThreadPool { get; } = new PoolDispatcher();

    /// <summary>A cell has work. The same object is never scheduled twice at a time.</summary>
    protected internal abstract void Schedule(IThreadPoolWorkItem work);

    /// <summary>A cell that still has work gives the thread to others first.</summary>
    protected internal virtual void Yield(IThreadPoolWorkItem work) => Schedule(work);

    /// <summary>How many messages the next turn may handle. Tests draw it, to shake out what depends on it.</summary>
    protected internal virtual int Turn(int throughput) => throughput;

    /// <summary>
    /// The thread's own queue is one to two and a half times as fast as the shared one. But it is last in, first out, and the pool
    /// looks at the shared one, where sockets and timers queue, only when a thread's own is empty: actors that keep each other
    /// busy would keep everybody else waiting, for ever. So each thread sends now and then a piece of work to the shared queue.
    /// </summary>
    private sealed class PoolDispatcher : Dispatcher
    {
        private const int InARow = 256;     // a thread with 1,000 busy actors in its queue gets to the shared one within about 25 ms

        [ThreadStatic] private static int _scheduled;

        protected internal override void Schedule(IThreadPoolWorkItem work)
        {
            if (!Lane.TryAdd(work))
                System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: ++_scheduled % InARow != 0);
        }

        // A cell that put itself back into the thread's own queue would run again before everybody else.
        protected internal override void Yield(IThreadPoolWorkItem work)
        {
            if (!Lane.TryAdd(work))
                System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
    }
}
