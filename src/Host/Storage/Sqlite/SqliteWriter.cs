using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// Owns the one connection that writes and the thread that it is used on: waiting for the disk takes no thread from the pool.
// Each piece of work is one transaction. Its head is noted after the commit, before the caller hears of it.
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly BlockingCollection<Work> _waiting = new(boundedCapacity: 4_096); // beyond it the caller is refused, not queued without end
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SqliteStoreOptions _options;
    private readonly SqliteSession _session;
    private readonly HeadFile _headFile;
    private readonly SqliteCheckpoints _checkpoints;
    private Head? _head; // null: not known (again, after a failure); the database tells

    public SqliteWriter(SqliteStoreOptions options, SqliteSession session, HeadFile headFile, SqliteCheckpoints checkpoints)
    {
        (_options, _session, _headFile, _checkpoints) = (options, session, headFile, checkpoints);
        new Thread(Loop) { Name = "oddswire store", IsBackground = true }.Start();
    }

    // Runs the work inside a transaction. What it throws rolls the transaction back and reaches the caller.
    public Task<T> Run<T>(Func<WriteTransaction, T> work)
    {
        var item = new Work<T>(work);
        try
        {
            return _waiting.TryAdd(item) ? item.Done : Refused<T>($"is too slow: {_waiting.BoundedCapacity} writes are waiting. Look at the disk.");
        }
        catch (InvalidOperationException)
        {
            return Refused<T>("is closed");
        }
    }

    // Finishes what is waiting, then closes the connection.
    public async ValueTask DisposeAsync()
    {
        _waiting.CompleteAdding();
        await _ended.Task;
        _session.Dispose();
    }

    private Task<T> Refused<T>(string why) => Task.FromException<T>(new StoreUnavailableException($"the store in '{_options.Folder}' {why}"));

    private void Loop()
    {
        foreach (var work in _waiting.GetConsumingEnumerable()) work.Do(this);
        _ended.SetResult();
    }

    private T Commit<T>(Func<WriteTransaction, T> work)
    {
        try
        {
            _session.Prepared("begin immediate").ExecuteNonQuery();
            var before = _head ??= Head.Of(_session);
            var transaction = new WriteTransaction(_session, before);
            var result = work(transaction);
            _session.Prepared("commit").ExecuteNonQuery();
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

    private void RollBack()
    {
        try
        {
            if (_session.InTransaction) _session.Prepared("rollback").ExecuteNonQuery();
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

    private sealed class Work<T>(Func<WriteTransaction, T> work) : Work
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Done => _done.Task;

        public override void Do(SqliteWriter writer)
        {
            try { _done.SetResult(writer.Commit(work)); }
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
