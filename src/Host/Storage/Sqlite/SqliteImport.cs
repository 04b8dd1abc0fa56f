using Microsoft.Data.Sqlite;
using Oddswire.Host.Storage.Sqlite.Reels;
using Oddswire.Host.Storage.Transfer;
using Oddswire.Messages.Tape;

namespace Oddswire.Host.Storage.Sqlite;

// Fills an empty file in one transaction. Without a write-ahead log: what is written to a file that was empty needs no copy to be taken back.
internal sealed class SqliteImport : IStoreImport
{
    private const int CommitEvery = 500; // entries between two running hashes

    private readonly SqliteStoreOptions _options;
    private readonly StoreLock _lock;
    private readonly SqliteSession _session;
    private readonly JournalChain _chain = new(0);
    private readonly ReelNames _names = new();
    private int _unclosed;
    private long _bytes;
    private TapeHead? _tape;

    private SqliteImport(SqliteStoreOptions options, StoreLock held, SqliteSession session)
    {
        (_options, _lock, _session) = (options, held, session);
        Rows = new SqliteJournalRows(new SqliteMoment(session, options.Folder), options);
    }

    public IJournalRows Rows { get; }

    // Throws StoreInUse, StoreTooNew or StoreUnavailable; the store is as it was, or empty.
    public static SqliteImport Open(SqliteStoreOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.Folder);
            var held = StoreLock.Take(options);
            SqliteSession? session = null;
            try
            {
                session = new(options.Database, SqliteOpenMode.ReadWriteCreate);
                session.Execute("pragma auto_vacuum = incremental");
                // A head without its journal is what is left of another store, and would be missed.
                if ((Schema.VersionOf(session) > 0 && !IsEmpty(session)) || HeadFile.Read(options.HeadFile) is { Position: > 0 }) throw new StoreUnavailableException($"the store in '{options.Folder}' is not empty: import into a new one. Nothing has been changed.");
                session.Execute("pragma journal_mode = delete");
                session.Execute("pragma synchronous = full");
                session.Execute("pragma cache_size = -65536");
                Schema.Migrate(session, options.Seal);
                session.Execute("begin exclusive");
                return new(options, held, session);
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

    public Task Add(IReadOnlyList<StoreLine> lines) => Try(() =>
    {
        foreach (var line in lines) Add(line);
    });

    public Task Commit() => Try(() =>
    {
        if (_unclosed > 0) _session.Prepared("update journal set chain = $chain where position = (select max(position) from journal)", ("$chain", JournalChain.ToBytes(_chain.Close()))).ExecuteNonQuery();
        if (_tape is { } tape)
            _session.Prepared(
                "update tape_state set epoch = $epoch, newest = $newest, swept_block = $block, swept_time = $time, bytes = $bytes",
                ("$epoch", tape.Epoch), ("$newest", tape.Newest), ("$block", tape.SweptBlock), ("$time", tape.SweptTime), ("$bytes", _bytes)).ExecuteNonQuery();
        ClosedReels.CloseFull(_session);
        _session.Execute("commit");
        using var head = new HeadFile(_options.HeadFile);
        head.Note(Head.Of(_session));
    });

    public ValueTask DisposeAsync()
    {
        _chain.Dispose();
        _session.Dispose(); // what was not committed is not there
        _lock.Dispose();
        return default;
    }

    private static bool IsEmpty(SqliteSession session) => session.Prepared(
        "select (select count(*) from journal) + (select count(*) from snapshot) + (select count(*) from lease) + (select newest from tape_state)").ReadInt64() == 0;

    private void Add(StoreLine line)
    {
        switch (line)
        {
            case StoreLine.Event { Row: var row }:
                _chain.Add(row.Entry);
                var closes = ++_unclosed == CommitEvery;
                if (closes) _unclosed = 0;
                SqliteJournal.Insert(_session, row, closes ? JournalChain.ToBytes(_chain.Close()) : null);
                break;
            case StoreLine.Snapshot snapshot:
                SqliteJournal.Save(_session, snapshot.Row);
                break;
            case StoreLine.Minute minute:
                _session.Prepared("insert into journal_time (time, position, bytes) values ($time, $position, $bytes)",
                    ("$time", minute.Time), ("$position", minute.Position), ("$bytes", minute.Bytes)).ExecuteNonQuery();
                break;
            case StoreLine.Cut cut:
                _session.Prepared("update journal_cut set entries = $entries, bytes = $bytes, until = $until",
                    ("$entries", cut.Entries), ("$bytes", cut.Bytes), ("$until", cut.Until)).ExecuteNonQuery();
                break;
            case StoreLine.Term term:
                SqliteLeases.Restore(_session, term.Fence, term.Owner);
                break;
            case StoreLine.Tape tape:
                _tape = tape.Head;
                break;
            case StoreLine.Fill { Entry: var fill }:
                _bytes += TapeRow.Insert(_session, _names, fill);
                break;
        }
    }

    private Task Try(Action work)
    {
        try
        {
            work();
            return Task.CompletedTask;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 19)
        {
            return Task.FromException(new InvalidDataException("the export tells the same thing twice", e));
        }
        catch (Exception e) when (SqliteFailure.Explains(e))
        {
            return Task.FromException(SqliteFailure.Of(_options.Folder, e));
        }
    }
}
