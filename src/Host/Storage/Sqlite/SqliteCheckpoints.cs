using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// Copies the write-ahead log back into the database on a connection of its own, so that no commit waits for it.
// PASSIVE neither blocks the writer nor is blocked. (Numbers: docs/adr/0003.)
internal sealed class SqliteCheckpoints : IAsyncDisposable
{
    private const int PagesBetween = 1_000; // SQLite's own default: 4 MB
    private const int CacheWrite = 9; // SQLITE_DBSTATUS_CACHE_WRITE: pages this connection wrote, in WAL mode into the log

    private readonly SemaphoreSlim _wanted = new(0);
    private readonly SqliteStoreOptions _options;
    private readonly SqliteSession _session;
    private readonly ILogger _log;
    private readonly Task _loop;
    private int _pages;
    private volatile bool _closing;

    public SqliteCheckpoints(SqliteStoreOptions options, ILogger log)
    {
        (_options, _log) = (options, log);
        _session = new(options.Database, SqliteOpenMode.ReadWrite);
        _loop = Loop();
    }

    // Called by the writer, on its thread, after each commit.
    public void Committed(SqliteSession writer)
    {
        SQLitePCL.raw.sqlite3_db_status(writer.Handle, CacheWrite, out var written, out _, 1);
        _pages += written;
        if (_pages < PagesBetween || _wanted.CurrentCount > 0) return;
        _pages = 0;
        _wanted.Release();
    }

    public async ValueTask DisposeAsync()
    {
        _closing = true;
        _wanted.Release();
        await _loop;
        _session.Dispose();
    }

    private async Task Loop()
    {
        while (true)
        {
            await _wanted.WaitAsync();
            if (_closing) return;
            try { _session.Prepared("pragma wal_checkpoint(passive)").ExecuteNonQuery(); }
            catch (SqliteException e) { StorageLog.CheckpointFailed(_log, SqliteFailure.Of(_options.Folder, e)); }
        }
    }
}
