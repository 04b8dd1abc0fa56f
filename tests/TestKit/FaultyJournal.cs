using System.Collections.Immutable;
using Oddswire.Runtime.Persistence;

namespace Oddswire.TestKit;

/// <summary>A journal that does on demand what journals do at the worst moment. Without a fault asked for it is the one it wraps.</summary>
public sealed class FaultyJournal(IJournal inner) : IJournal
{
    private readonly Queue<Func<ImmutableArray<Entry>, ValueTask<ImmutableArray<string>>>> _faults = [];
    private readonly Dictionary<(string Id, long Sequence), ReadOnlyMemory<byte>?> _damaged = [];
    private readonly List<ImmutableArray<Entry>> _late = [];
    private readonly Gate _appends = new();
    private readonly Gate _reads = new();
    private readonly Gate _snapshots = new();
    private int _snapshotFaults;
    private int _breakOffAfter = -1;
    private int _reading;

    /// <summary>Every call of Append, also those that failed.</summary>
    public List<ImmutableArray<Entry>> Batches { get; } = [];

    /// <summary>Every snapshot that somebody tried to save.</summary>
    public List<Entry> Snapshots { get; } = [];

    /// <summary>The sequences after which somebody began to read, with the ids.</summary>
    public List<(string Id, long After)> Reads { get; } = [];

    /// <summary>The most recoveries that read at the same time.</summary>
    public int MostReading { get; private set; }

    /// <summary>An error before the commit.</summary>
    public void FailNext(int times = 1)
    {
        for (var i = 0; i < times; i++)
            _faults.Enqueue(static _ => throw Unavailable("no connection"));
    }

    /// <summary>The commit succeeds, and the answer never arrives.</summary>
    public void LoseNextAnswer() => _faults.Enqueue(async batch =>
    {
        await inner.Append(batch);
        throw Unavailable("connection lost after the commit");
    });

    /// <summary>The commit succeeds, the answer is lost, and the store's driver tries again by itself.</summary>
    public void RepeatNext() => _faults.Enqueue(async batch =>
    {
        await inner.Append(batch);
        return await inner.Append(batch);
    });

    /// <summary>An error now; the store commits later, at <see cref="CommitLate"/>.</summary>
    public void DelayNextCommit() => _faults.Enqueue(batch =>
    {
        _late.Add(batch);
        throw Unavailable("no answer in time");
    });

    public async ValueTask CommitLate()
    {
        foreach (var batch in _late)
            await inner.Append(batch);
        _late.Clear();
    }

    /// <summary>The entries of this actor are refused, as if its term had passed; the others are written.</summary>
    public void FenceNext(string persistenceId) => _faults.Enqueue(async batch =>
        (await inner.Append(batch.RemoveAll(entry => entry.PersistenceId == persistenceId))).Add(persistenceId));

    /// <summary>An exception that no journal has any business to throw.</summary>
    public void ThrowNext(Exception e) => _faults.Enqueue(_ => throw e);

    public void HoldAppends() => _appends.Close();
    public void ReleaseAppends() => _appends.Open();
    public void HoldReads() => _reads.Close();
    public void ReleaseReads() => _reads.Open();
    public void HoldSnapshots() => _snapshots.Close();
    public void ReleaseSnapshots() => _snapshots.Open();

    /// <summary>The next reading breaks off behind this many entries.</summary>
    public void BreakOffNextRead(int after) => _breakOffAfter = after;

    public void FailSnapshots(int times) => _snapshotFaults = times;

    /// <summary>What is read back there are other bytes than were written; sequence 0 is the snapshot.</summary>
    public void Damage(string persistenceId, long sequence, params byte[] bytes) => _damaged[(persistenceId, sequence)] = bytes;

    /// <summary>The entry is not there any more.</summary>
    public void Lose(string persistenceId, long sequence) => _damaged[(persistenceId, sequence)] = null;

    public async ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch)
    {
        Batches.Add(batch);
        var fault = _faults.Count > 0 ? _faults.Dequeue() : null;
        await _appends.Passed;
        return await (fault is null ? inner.Append(batch) : fault(batch));
    }

    public async IAsyncEnumerable<Entry> Read(string persistenceId, long after)
    {
        Reads.Add((persistenceId, after));
        var left = _breakOffAfter;
        _breakOffAfter = -1;
        MostReading = Math.Max(MostReading, ++_reading);
        try
        {
            await _reads.Passed;
            await foreach (var entry in inner.Read(persistenceId, after))
            {
                if (left-- == 0)
                    throw Unavailable("connection lost while reading");
                if (!_damaged.TryGetValue((persistenceId, entry.Sequence), out var bytes))
                    yield return entry;
                else if (bytes is { } other)
                    yield return entry with { Payload = other };
            }
        }
        finally
        {
            _reading--;
        }
    }

    public async IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix)
    {
        await _reads.Passed;
        await foreach (var (entry, isSnapshot) in inner.ReadAll(prefix))
        {
            if (!_damaged.TryGetValue((entry.PersistenceId, isSnapshot ? 0 : entry.Sequence), out var bytes))
                yield return (entry, isSnapshot);
            else if (bytes is { } other)
                yield return (entry with { Payload = other }, isSnapshot);
        }
    }

    public async ValueTask<Entry?> LoadSnapshot(string persistenceId)
    {
        var snapshot = await inner.LoadSnapshot(persistenceId);
        return snapshot is { } stored && _damaged.TryGetValue((persistenceId, 0), out var bytes) && bytes is { } other
            ? stored with { Payload = other }
            : snapshot;
    }

    public async ValueTask SaveSnapshot(Entry snapshot)
    {
        Snapshots.Add(snapshot);
        await _snapshots.Passed;
        if (_snapshotFaults-- > 0)
            throw Unavailable("disk full");
        await inner.SaveSnapshot(snapshot);
    }

    private static JournalUnavailableException Unavailable(string why) => new(why);

    private sealed class Gate
    {
        private TaskCompletionSource? _closed;

        internal Task Passed => _closed?.Task ?? Task.CompletedTask;

        internal void Close() => _closed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Open()
        {
            _closed?.SetResult();
            _closed = null;
        }
    }
}
