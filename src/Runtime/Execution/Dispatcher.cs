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

    private sealed class PoolDispatcher : Dispatcher
    {
        // The thread's own queue is one to two and a half times as fast as the shared one, but last in, first out:
        // a cell that put itself back there would run again before everybody else.
        protected internal override void Schedule(IThreadPoolWorkItem work) =>
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: true);

        protected internal override void Yield(IThreadPoolWorkItem work) =>
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }
}
