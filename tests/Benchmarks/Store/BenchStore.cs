using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Benchmarks.Store;

/// <summary>A store of its own for one measurement: SQLite in a folder, or a schema of the PostgreSQL that ODDSWIRE_TEST_POSTGRES names.</summary>
internal sealed class BenchStore(IAsyncDisposable store, Func<ValueTask> drop) : IAsyncDisposable
{
    private static readonly TapeRetention Retention = new(TimeSpan.FromHours(1), 1L << 40, TimeProvider.System);

    internal required string Name { get; init; }
    internal required IJournal Journal { get; init; }
    internal required ITape Tape { get; init; }
    internal required ITraces Traces { get; init; }
    internal required Fence Fence { get; init; }

    /// <summary>Past the store: as a program would that knows its tables.</summary>
    internal required Func<Task<DbConnection>> Connect { get; init; }
    internal required Func<DbDataReader, int, string> Text { get; init; }

    internal static async Task<BenchStore> Sqlite()
    {
        var folder = Directory.CreateTempSubdirectory("oddswire-bench-");
        var options = new SqliteStoreOptions(folder.FullName);
        var store = SqliteStore.Open(options, TimeProvider.System, NullLogger.Instance);
        return new BenchStore(store, () => Delete(folder))
        {
            Name = "SQLite",
            Journal = new SqliteJournal(store),
            Tape = new SqliteTape(store, Retention),
            Traces = new SqliteTraces(store, TraceBounds.Default, TimeProvider.System),
            Fence = await Seize(new SqliteLeases(store, TimeProvider.System)),
            Connect = () => Opened(new SqliteConnection($"Data Source={options.Database};Mode=ReadOnly;Pooling=False")),
            Text = static (row, column) => row.GetString(column),
        };
    }

    /// <summary>Null: there is no server.</summary>
    internal static async Task<BenchStore?> Postgres(string schema)
    {
        if (Environment.GetEnvironmentVariable("ODDSWIRE_TEST_POSTGRES") is not { Length: > 0 } server)
            return null;
        if (!PostgresStoreOptions.TryRead($"{server};Search Path={schema}", TimeSpan.FromMinutes(1), acceptLoss: false, out var options))
            throw new InvalidOperationException("ODDSWIRE_TEST_POSTGRES is no connection string");
        var store = await PostgresStore.Open(options, TimeProvider.System, NullLogger.Instance);
        return new BenchStore(store, () => Execute(options.ConnectionString, $"drop schema {schema} cascade"))
        {
            Name = "PostgreSQL",
            Journal = new PostgresJournal(store),
            Tape = new PostgresTape(store, Retention),
            Traces = new PostgresTraces(store, TraceBounds.Default, TimeProvider.System),
            Fence = await Seize(new PostgresLeases(store, TimeProvider.System)),
            Connect = () => Opened(new NpgsqlConnection(options.ConnectionString)),
            Text = static (row, column) => EntryBytes.Utf8.GetString(row.GetFieldValue<byte[]>(column)),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await drop();
    }

    private static async Task<Fence> Seize(ILeases leases) => (await leases.Seize("bench", new NodeId("bench", 1), TimeSpan.FromHours(1))).Fence;

    private static async Task<DbConnection> Opened(DbConnection connection)
    {
        await connection.OpenAsync();
        return connection;
    }

    private static async ValueTask Execute(string server, string sql)
    {
        await using var connection = await Opened(new NpgsqlConnection(server));
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static ValueTask Delete(DirectoryInfo folder)
    {
        folder.Delete(recursive: true);
        return default;
    }
}
