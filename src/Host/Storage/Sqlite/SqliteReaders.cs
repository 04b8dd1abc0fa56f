using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// Connections that only read, opened when first needed. They see every commit that completed before the read began and never wait for the writer.
internal sealed class SqliteReaders(SqliteStoreOptions options) : ISqliteReads, IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(options.ReadConnections);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentBag<SqliteSession> _idle = [];

    public async Task<T> Run<T>(Func<SqliteSession, T> read, CancellationToken cancelled = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, _closing.Token);
        try
        {
            await _free.WaitAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancelled.IsCancellationRequested)
        {
            throw new StoreUnavailableException($"the store in '{options.Folder}' is closed", e);
        }
        try
        {
            return await Task.Run(() => WithSession(read), CancellationToken.None);
        }
        catch (Exception e) when (SqliteFailure.Explains(e))
        {
            throw SqliteFailure.Of(options.Folder, e);
        }
        finally
        {
            _free.Release();
        }
    }

    // Lets reads that have begun finish.
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        for (var i = 0; i < options.ReadConnections; i++) await _free.WaitAsync();
        while (_idle.TryTake(out var session)) session.Dispose();
    }

    private T WithSession<T>(Func<SqliteSession, T> read)
    {
        if (!_idle.TryTake(out var session)) session = new(options.Database, SqliteOpenMode.ReadOnly);
        try { return read(session); }
        finally { _idle.Add(session); }
    }
}
