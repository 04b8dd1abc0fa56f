using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Oddswire.Runtime.Diagnostics;

namespace Oddswire.Runtime.Persistence;

/// <summary>
/// An actor whose state is the fold of its journaled events. When <see cref="Persist(TEvent)"/> completes, the event is committed and
/// <see cref="State"/> contains it; if it throws, nothing may be told to anybody, and the actor fails.
/// </summary>
public abstract class EventSourcedActor<TMessage, TEvent, TState>(EventStream<TEvent, TState> stream) : Actor<TMessage>
{
    private readonly JournalWrite _write = new();
    private long _sequence;
    private bool _persisting;
    private bool _broken;                   // a Persist threw: the state here and the journal may differ
    private long _snapshotted;              // when the last snapshot was tried

    [AllowNull]
    protected TState State { get; private set; } = stream.Empty;

    /// <summary>Pure: no clock, no random, no I/O. Live and replay run the same code.</summary>
    protected abstract TState Apply(TState state, TEvent e);

    /// <summary>The replay is done, the mailbox still closed: join hubs, set timers.</summary>
    protected virtual ValueTask Recovered() => default;

    protected virtual int SnapshotEvery => 1_000;

    /// <summary>The sequence of the last event that <see cref="State"/> contains.</summary>
    protected long Sequence => _sequence;

    /// <summary>False since a Persist threw: whoever puts things in order in PostStop leaves to the journal what is true.</summary>
    protected bool CanPersist => !_broken;

    protected ValueTask Persist(TEvent e) => Persist([e]);

    /// <summary>All of them or none.</summary>
    protected async ValueTask Persist(ImmutableArray<TEvent> events)
    {
        if (events.IsDefaultOrEmpty)
            return;
        if (_persisting)
            throw new InvalidOperationException($"'{stream.PersistenceId}' persists already: await one Persist before the next.");
        if (_broken)
            throw new InvalidOperationException($"'{stream.PersistenceId}' could not persist and must restart: do not catch what Persist throws.");
        Cell.ThrowIfKilled();
        _persisting = true;
        _broken = true;
        try
        {
            _write.Entries = Encode(events);
            await Journaling.Write(_write);
            Cell.ThrowIfKilled();
            foreach (var e in events)
                State = Apply(State, e);
            _sequence += events.Length;
            _broken = false;
        }
        finally
        {
            _persisting = false;
            _write.Entries = [];
        }
        if (_sequence - _snapshotted >= SnapshotEvery)
            _ = SaveSnapshot();
    }

    protected internal sealed override async ValueTask PreStart()
    {
        await Journaling.Recoveries.WaitAsync();
        try
        {
            await Recover();
        }
        finally
        {
            Journaling.Recoveries.Release();
        }
        Cell.ThrowIfKilled();
        await Recovered();
    }

    private Journaling Journaling =>
        System.Journaling ?? throw new InvalidOperationException($"'{stream.PersistenceId}' is event-sourced, and the system '{System.Name}' was given no journal.");

    private async ValueTask Recover()
    {
        if (stream.Known is { } known)
            (State, _sequence, _snapshotted) = (known.State, known.Sequence, known.Sequence);
        else if (await Journaling.Journal.LoadSnapshot(stream.PersistenceId) is { } snapshot)
            TakeOver(snapshot);
        await foreach (var entry in Journaling.Journal.Read(stream.PersistenceId, _sequence))
        {
            if (entry.Sequence != _sequence + 1)
                throw new UnreadableEventException(stream.PersistenceId, _sequence + 1, new InvalidDataException($"it is missing, the next one stored is {entry.Sequence}"));
            Replay(entry);
        }
    }

    /// <summary>An unreadable snapshot is no loss where all its events are there: they are read instead. Where the journal was cut behind it, the first that is missing stops the recovery.</summary>
    private void TakeOver(Entry snapshot)
    {
        try
        {
            State = stream.Codec.ReadState(snapshot.Payload.Span);
            _sequence = _snapshotted = snapshot.Sequence;
        }
        catch (Exception e)
        {
            Cell.System.Log.SnapshotNotRead(stream.PersistenceId, snapshot.Sequence, e);
        }
    }

    private void Replay(Entry entry)
    {
        try
        {
            State = Apply(State, stream.Codec.ReadEvent(entry.Payload.Span));
            _sequence = entry.Sequence;
        }
        catch (Exception e)
        {
            throw new UnreadableEventException(stream.PersistenceId, entry.Sequence, e);
        }
    }

    private ImmutableArray<Entry> Encode(ImmutableArray<TEvent> events)
    {
        var writeId = System.Random.NextInt64();
        var entries = ImmutableArray.CreateBuilder<Entry>(events.Length);
        foreach (var e in events)
        {
            var buffer = new ArrayBufferWriter<byte>();
            stream.Codec.WriteEvent(e, buffer);
            entries.Add(new Entry(stream.PersistenceId, _sequence + 1 + entries.Count, stream.Fence, writeId, buffer.WrittenMemory));
        }
        return entries.MoveToImmutable();
    }

    /// <summary>Nobody waits for a snapshot, and nothing depends on it: without it the next recovery reads more events.</summary>
    private async Task SaveSnapshot()
    {
        _snapshotted = _sequence;       // whatever becomes of it: the next try is a full SnapshotEvery later
        try
        {
            var buffer = new ArrayBufferWriter<byte>();
            stream.Codec.WriteState(State, buffer);
            var snapshot = new Entry(stream.PersistenceId, _sequence, stream.Fence, System.Random.NextInt64(), buffer.WrittenMemory);
            await Journaling.Journal.SaveSnapshot(snapshot);
        }
        catch (Exception e)
        {
            Cell.System.Log.SnapshotNotSaved(stream.PersistenceId, e);
        }
    }
}
