using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

internal interface ISqliteReads
{
    Task<T> Run<T>(Func<SqliteSession, T> read, CancellationToken cancelled = default);

    // How long the journal was, by the note beside it, before the moment that is read began. Null: every read has its own moment.
    long? Noted => null;
}

// One session for every read. Opened on a file, all of them see the same moment of the store, whoever writes it meanwhile.
internal sealed class SqliteMoment(SqliteSession session, string folder, long? noted = null) : ISqliteReads, IAsyncDisposable
{
    public static SqliteMoment Of(SqliteStoreOptions options)
    {
        try
        {
            // The note first: what is written meanwhile is more than noted, which is no loss.
            var noted = HeadFile.Read(options.HeadFile)?.Position ?? 0;
            var session = new SqliteSession(options.Database, SqliteOpenMode.ReadOnly);
            session.Execute("begin");
            return new(session, options.Folder, noted);
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Of(options.Folder, e);
        }
    }

    public long? Noted => noted;

    public Task<T> Run<T>(Func<SqliteSession, T> read, CancellationToken cancelled = default)
    {
        cancelled.ThrowIfCancellationRequested();
        try { return Task.FromResult(read(session)); }
        catch (Exception e) when (SqliteFailure.Explains(e)) { return Task.FromException<T>(SqliteFailure.Of(folder, e)); }
    }

    public ValueTask DisposeAsync()
    {
        session.Dispose();
        return default;
    }
}
