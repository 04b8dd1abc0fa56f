using System.Collections.Immutable;

namespace Oddswire.Runtime.Persistence;

/// <summary>
/// Group commit across actors: what arrived during one commit is the next batch. Being an actor, it needs no queue of its own:
/// Receive gathers, TurnEnded commits, and nothing interleaves meanwhile.
/// </summary>
internal sealed class JournalWriter(IJournal journal) : Actor<JournalWrite>
{
    private readonly List<JournalWrite> _batch = [];

    protected internal override ValueTask Receive(JournalWrite write)
    {
        _batch.Add(write);
        return default;
    }

    protected internal override async ValueTask TurnEnded()
    {
        try
        {
            Answer(await journal.Append([.. _batch.SelectMany(static write => write.Entries)]), _batch);
        }
        catch (JournalUnavailableException e)
        {
            foreach (var write in _batch)
                write.Failed(e);
        }
        catch (Exception)
        {
            // Taken or refused because of one of them: one by one, so that it fails one actor. Whatever was written is found again.
            foreach (var write in _batch)
                await Alone(write);
        }
        _batch.Clear();
    }

    private async ValueTask Alone(JournalWrite write)
    {
        try
        {
            Answer(await journal.Append(write.Entries), [write]);
        }
        catch (SequenceTakenException taken)
        {
            await Resolve(write, taken);
        }
        catch (Exception e)
        {
            write.Failed(e);
        }
    }

    private static void Answer(ImmutableArray<string> fenced, List<JournalWrite> writes)
    {
        foreach (var write in writes)
        {
            if (fenced.Contains(write.PersistenceId))
                write.Failed(new FencedException($"'{write.PersistenceId}': the term of {write.Entries[0].Fence} has passed, another owner writes."));
            else
                write.Committed();
        }
    }

    /// <summary>
    /// A commit whose answer got lost looks like a conflict with oneself: the row itself tells. Own write: it was committed.
    /// Another write of the same term: a late commit of an earlier instance. A higher term: another owner.
    /// </summary>
    private async ValueTask Resolve(JournalWrite write, SequenceTakenException taken)
    {
        var mine = write.Entries[0];
        try
        {
            await foreach (var there in journal.Read(write.PersistenceId, mine.Sequence - 1))
            {
                if (there.Sequence == mine.Sequence && there.WriteId == mine.WriteId)
                    write.Committed();
                else if (there.Fence.Term > mine.Fence.Term)
                    write.Failed(new FencedException($"'{write.PersistenceId}': event {mine.Sequence} was written in term {there.Fence.Term}, mine is {mine.Fence.Term}."));
                else
                    write.Failed(taken);
                return;
            }
            write.Failed(taken);
        }
        catch (Exception e)
        {
            write.Failed(e);
        }
    }
}
