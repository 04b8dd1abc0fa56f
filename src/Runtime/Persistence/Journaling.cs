namespace Oddswire.Runtime.Persistence;

/// <summary>What the event-sourced actors of a system share: the journal, its writer, and the number of recoveries at a time.</summary>
internal sealed class Journaling
{
    private readonly ActorRef<JournalWrite> _writer;

    internal Journaling(ActorSystem system, IJournal journal, int recoveryParallelism)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(recoveryParallelism);
        Journal = journal;
        Recoveries = new SemaphoreSlim(recoveryParallelism);
        // A thousand writes in one commit: beyond that a commit only gets longer. First of all actors, hence the last to stop.
        _writer = system.Spawn(Props.Of(() => new JournalWriter(journal)) with { Throughput = 1_000 }, "journal");
    }

    internal IJournal Journal { get; }
    internal SemaphoreSlim Recoveries { get; }

    internal ValueTask Write(JournalWrite write)
    {
        var done = write.Begin();
        _writer.Tell(write);
        return done;
    }
}
