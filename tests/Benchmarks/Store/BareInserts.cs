using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Messages.Tape;

namespace Oddswire.Benchmarks.Store;

/// <summary>The least that SQLite can do: a number and its bytes into one table, as durable as the tape, a transaction per commit on this thread.</summary>
internal sealed class BareInserts : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("oddswire-bench-");
    private readonly SqliteSession _session;

    internal BareInserts()
    {
        _session = new SqliteSession(Path.Combine(_folder.FullName, "bare.db"), SqliteOpenMode.ReadWriteCreate);
        _session.Execute("pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 1000; create table fill (id integer primary key, data blob not null)");
    }

    internal void Commit(ImmutableArray<TapeEntry> entries)
    {
        _session.Statement("begin immediate").Run();
        var insert = _session.Statement("insert into fill (id, data) values (?, ?)");
        foreach (var entry in entries)
            insert.Bind(1, entry.Position!.Value.Offset).Bind(2, entry.Data.Span).Run();
        _session.Statement("commit").Run();
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Delete(recursive: true);
    }
}
