using Microsoft.Data.Sqlite;

namespace Oddswire.Host.Storage.Sqlite;

// The embedded store: one SQLite file for journal, snapshots and leases, opened by one process at a time.
// Opening locks it, looks for loss before anything is written, and brings the tables up to date. Adapters use Writer and Readers.
internal sealed class SqliteStore : IAsyncDisposable
{
    private readonly StoreLock _lock;
    private readonly HeadFile _headFile;
    private readonly SqliteCheckpoints _checkpoints;

    private SqliteStore(SqliteStoreOptions options, StoreLock held, SqliteSession session, TimeProvider time, ILogger log)
    {
        _lock = held;
        _headFile = new(options.HeadFile);
        _headFile.Note(Head.Of(session));
        _checkpoints = new(options, log);
        Writer = new(options, session, _headFile, _checkpoints);
        Readers = new(options);
        (Seal, Time) = (options.Seal, time);
    }

    public SqliteWriter Writer { get; }
    public SqliteReaders Readers { get; }
    public JournalSeal Seal { get; }
    public TimeProvider Time { get; }
    public ChangedStreams Changed { get; } = new();

    // Throws StoreInUse, StoreTooNew, JournalLoss or StoreUnavailable; then the store is as it was.
    public static SqliteStore Open(SqliteStoreOptions options, TimeProvider time, ILogger log)
    {
        try
        {
            Directory.CreateDirectory(options.Folder);
            var held = StoreLock.Take(options);
            SqliteSession? session = null;
            try
            {
                session = OpenSession(options, time, log);
                return new(options, held, session, time, log);
            }
            catch
            {
                session?.Dispose();
                held.Dispose();
                throw;
            }
        }
        catch (Exception e) when (SqliteFailure.Explains(e))
        {
            throw SqliteFailure.Of(options.Folder, e);
        }
    }

    // The note of the head is on the disk now, not only in the page cache: a note that a power cut takes back names no entry that is cut after this.
    public void SyncHead() => _headFile.Sync();

    // Readers first: the last connection to close copies the log back and removes it, and that is to be the writer.
    public async ValueTask DisposeAsync()
    {
        await Readers.DisposeAsync();
        await _checkpoints.DisposeAsync();
        await Writer.DisposeAsync();
        _headFile.Dispose();
        _lock.Dispose();
    }

    private static SqliteSession OpenSession(SqliteStoreOptions options, TimeProvider time, ILogger log)
    {
        var (loss, withoutLog) = LossCheck.Run(options, log);
        if (loss is not null && !options.AcceptLoss) throw loss;
        var kept = withoutLog ? WriteAheadLog.SetAside(options) : loss is not null ? WriteAheadLog.KeepCopy(options) : "";
        if (loss is not null) StorageLog.LossAccepted(log, loss.Missing, loss.FirstMissing, kept);
        else if (withoutLog) StorageLog.LogSetAside(log, kept);

        var session = new SqliteSession(options.Database, SqliteOpenMode.ReadWriteCreate);
        try
        {
            session.Execute("pragma auto_vacuum = incremental"); // of a new file; one that is there stays as it is
            if ((string)session.Prepared("pragma journal_mode = wal").ExecuteScalar()! != "wal")
                throw new StoreUnavailableException($"the store in '{options.Folder}' cannot have a write-ahead log there. Choose a storage.path on a local disk.");
            session.Execute(options.Synchronous is Synchronous.Full ? "pragma synchronous = full" : "pragma synchronous = normal");
            session.Execute("pragma cache_size = -32768"); // 32 MiB: the tape's indexes are written all over, and the default of 2 would read each page anew
            session.Execute("pragma wal_autocheckpoint = 16000"); // the writer's own checkpoint: only where the one beside it cannot catch up
            session.Execute("pragma journal_size_limit = 67108864"); // a log that had to grow is cut back to 64 MiB
            Schema.Migrate(session, options.Seal);
            if (loss is not null) LossCheck.Accept(session, loss, time);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
