using Oddswire.Runtime.Diagnostics;

namespace Oddswire.Runtime.Persistence;

/// <summary>Many streams of one kind, read in one go: the states that their actors would recover to.</summary>
public static class StreamScan
{
    /// <summary>
    /// A stream that cannot be read is left out and logged: it must not keep the others from starting.
    /// Throws <see cref="JournalUnavailableException"/>.
    /// </summary>
    public static async ValueTask<Dictionary<string, (TState State, long Sequence)>> ReadStreams<TEvent, TState>(
        this ActorSystem system, string prefix, TState empty, IEventCodec<TEvent, TState> codec, Func<TState, TEvent, TState> apply)
    {
        var journal = (system.Journaling ?? throw new InvalidOperationException($"The system '{system.Name}' was given no journal.")).Journal;
        var streams = new Dictionary<string, (TState State, long Sequence)>();
        var unreadable = new HashSet<string>();
        var withoutSnapshot = new HashSet<string>();
        await foreach (var (entry, isSnapshot) in journal.ReadAll(prefix))
        {
            if (isSnapshot && !TryRead(entry))
                withoutSnapshot.Add(entry.PersistenceId);
            else if (!isSnapshot && !withoutSnapshot.Contains(entry.PersistenceId))
                Apply(entry);
        }
        // An unreadable snapshot is no loss where all its events are there; a stream that was cut behind it is one of those that cannot be read.
        foreach (var id in withoutSnapshot)
        {
            await foreach (var entry in journal.Read(id, 0))
                Apply(entry);
        }
        return streams;

        bool TryRead(Entry snapshot)
        {
            try
            {
                streams[snapshot.PersistenceId] = (codec.ReadState(snapshot.Payload.Span), snapshot.Sequence);
                return true;
            }
            catch (Exception e)
            {
                system.Log.SnapshotNotRead(snapshot.PersistenceId, snapshot.Sequence, e);
                return false;
            }
        }

        void Apply(Entry entry)
        {
            if (unreadable.Contains(entry.PersistenceId))
                return;
            try
            {
                var (state, sequence) = streams.GetValueOrDefault(entry.PersistenceId, (empty, 0));
                if (entry.Sequence != sequence + 1)
                    throw new InvalidDataException($"event {sequence + 1} is missing");
                streams[entry.PersistenceId] = (apply(state, codec.ReadEvent(entry.Payload.Span)), entry.Sequence);
            }
            catch (Exception e)
            {
                system.Log.StreamNotRead(entry.PersistenceId, entry.Sequence, e);
                streams.Remove(entry.PersistenceId);
                unreadable.Add(entry.PersistenceId);
            }
        }
    }
}
