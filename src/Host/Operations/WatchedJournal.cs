using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Operations;

/// <summary>
/// The journal as an operator sees it: how much it took, and why it takes nothing. Trouble is told once when it begins and once when it is
/// over; the ledger keeps trying to write the first of these, which is how the second comes about where nobody else writes.
/// </summary>
internal sealed class WatchedJournal : IJournal, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IJournal _journal;
    private readonly TimeProvider _time;
    private readonly Meter _meter = new("Oddswire.Journal");
    private readonly Counter<long> _commits;
    private readonly Counter<long> _entries;
    private readonly Counter<long> _failures;
    private volatile string? _trouble;
    private long _writingSince;

    internal WatchedJournal(IJournal journal, TimeProvider time)
    {
        (_journal, _time) = (journal, time);
        _commits = _meter.CreateCounter<long>("oddswire_journal_commits");
        _entries = _meter.CreateCounter<long>("oddswire_journal_entries");
        _failures = _meter.CreateCounter<long>("oddswire_journal_commit_failures");
    }

    /// <summary>What has begun (degraded) or is over (recovered), and its cause.</summary>
    internal Action<string, string>? Changed { get; set; }

    /// <summary>Null: the last write was taken, and none is waiting for long.</summary>
    internal string? Trouble =>
        _trouble ?? (Interlocked.Read(ref _writingSince) is var since and > 0 && _time.GetElapsedTime(since) is var elapsed && elapsed > Patience
            ? $"the store has not answered for {elapsed.TotalSeconds:0} s"
            : null);

    public async ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch)
    {
        Interlocked.Exchange(ref _writingSince, Math.Max(1, _time.GetTimestamp()));
        try
        {
            var fenced = await _journal.Append(batch);
            _commits.Add(1);
            _entries.Add(batch.Length);
            if (Interlocked.Exchange(ref _trouble, null) is not null)
                Changed?.Invoke("recovered", "the journal is written again");
            return fenced;
        }
        catch (JournalUnavailableException e)
        {
            _failures.Add(1);
            if (Interlocked.Exchange(ref _trouble, e.Message) is null)
                Changed?.Invoke("degraded", e.Message);
            throw;
        }
        finally
        {
            Interlocked.Exchange(ref _writingSince, 0);
        }
    }

    public IAsyncEnumerable<Entry> Read(string persistenceId, long after) => _journal.Read(persistenceId, after);

    public IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix) => _journal.ReadAll(prefix);

    public ValueTask<Entry?> LoadSnapshot(string persistenceId) => _journal.LoadSnapshot(persistenceId);

    public ValueTask SaveSnapshot(Entry snapshot) => _journal.SaveSnapshot(snapshot);

    public void Dispose() => _meter.Dispose();
}
