using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// Owns the one connection that writes and the thread that it is used on: waiting for the disk takes no thread from the pool.
// Each piece of work is one transaction. Its head is noted after the commit, before the caller hears of it.
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostWaiting = 4_096; // beyond it the caller is refused, not queued without end

    private readonly Queue<Work> _waiting = []; // also the lock of itself and of what follows
    private bool _closed;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteStoreOptions _options;
    private readonly SqliteSession _session;
    private readonly HeadFile _headFile;
    private readonly SqliteCheckpoints _checkpoints;
    private Head? _head; // null: not known (again, after a failure); the database tells
    private bool _flushes; // each commit, from the system's memory onto the disk

    public SqliteWriter(SqliteStoreOptions options, SqliteSession session, HeadFile headFile, SqliteCheckpoints checkpoints)
    {
        (_options, _session, _headFile, _checkpoints) = (options, session, headFile, checkpoints);
        _flushes = options.Synchronous is Synchronous.Full;
        new Thread(Loop) { Name = "oddswire store", IsBackground = true }.Start();
    }

    // Runs the work inside a transaction. What it throws rolls the transaction back and reaches the caller. What may be missing after a power cut need not be
    // flushed: it is with the next that is.
    public Task<T> Run<T>(Func<WriteTransaction, T> work, bool flushed = true)
    {
        var item = new Work<T>(work, flushed);
        lock (_waiting)
        {
            if (_closed) return Refused<T>("is closed");
            if (_waiting.Count == MostWaiting) return Refused<T>($"is too slow: {MostWaiting} writes are waiting. Look at the disk.");
            _waiting.Enqueue(item);
            Monitor.Pulse(_waiting);
        }
        return item.Done;
    }

    // Finishes what is waiting, then closes the connection.
    public async ValueTask DisposeAsync()
    {
        lock (_waiting)
        {
            _closed = true;
            Monitor.Pulse(_waiting);
        }
        await _ended.Task;
        _session.Dispose();
    }

    private Task<T> Refused<T>(string why) => Task.FromException<T>(new StoreUnavailableException($"the store in '{_options.Folder}' {why}"));

    private void Loop()
    {
        while (TryTake(out var work)) work.Do(this);
        _ended.SetResult();
    }

    // Sleeps until there is something: whoever spins takes the core from those who would bring it.
    private bool TryTake([NotNullWhen(true)] out Work? work)
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_closed) Monitor.Wait(_waiting);
            return _waiting.TryDequeue(out work);
        }
    }

    private T Commit<T>(Func<WriteTransaction, T> work, bool flushed)
    {
        try
        {
            Flush(flushed && _options.Synchronous is Synchronous.Full);
            _session.Statement("begin immediate").Run();
            var before = _head ??= Head.Of(_session);
            var transaction = new WriteTransaction(_session, before);
            var result = work(transaction);
            _session.Statement("commit").Run();
            _head = transaction.Head;
            if (transaction.Head != before) _headFile.Note(transaction.Head);
            _checkpoints.Committed(_session);
            return result;
        }
        catch (Exception e)
        {
            _head = null;
            RollBack();
            if (SqliteFailure.Explains(e)) throw SqliteFailure.Of(_options.Folder, e);
            throw;
        }
    }

    private void Flush(bool eachCommit)
    {
        if (_flushes == eachCommit) return;
        _session.Statement(eachCommit ? "pragma synchronous = full" : "pragma synchronous = normal").Run();
        _flushes = eachCommit;
    }

    private void RollBack()
    {
        try
        {
            if (_session.InTransaction) _session.Statement("rollback").Run();
        }
        catch (SqliteException)
        {
            // What went wrong before is what the caller is told; the next transaction will not begin, and comes through here again.
        }
    }

    private abstract class Work
    {
        public abstract void Do(SqliteWriter writer);
    }

    private sealed class Work<T>(Func<WriteTransaction, T> work, bool flushed) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => _done.Task;

        public override void Do(SqliteWriter writer)
        {
            try { _done.SetResult(writer.Commit(work, flushed)); }
            catch (Exception e) { _done.SetException(e); }
        }
    }
}

// What a piece of work gets: the connection, inside an open transaction, and the head, which it moves on when it adds to the journal or to a term.
internal sealed class WriteTransaction(SqliteSession session, Head head)
{
    public SqliteSession Session { get; } = session;
    public Head Head { get; set; } = head;
}
