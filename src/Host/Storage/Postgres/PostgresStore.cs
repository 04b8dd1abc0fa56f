using Npgsql;

namespace Oddswire.Host.Storage.Postgres;

// The store in PostgreSQL: one schema of one database for journal, snapshots, leases, tape and market texts, used by one gateway at a time.
// Opening takes that place, brings the tables up to date and looks for loss. Adapters run their statements here, each in bounded time.
internal sealed class PostgresStore : IPostgresWork, IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection? _place; // null: it only reads, and needs none

    private PostgresStore(NpgsqlDataSource source, NpgsqlConnection? place, PostgresStoreOptions options, TimeProvider time) =>
        (_source, _place, Name, Seal, Time) = (source, place, options.Name, options.Seal, time);

    public string Name { get; }
    public JournalSeal Seal { get; }
    public TimeProvider Time { get; }
    public ChangedStreams Changed { get; } = new();

    // Throws StoreInUse, StoreTooNew, JournalLoss or StoreUnavailable; then the store is as it was.
    public static async Task<PostgresStore> Open(PostgresStoreOptions options, TimeProvider time, ILogger log)
    {
        var source = NpgsqlDataSource.Create(options.ConnectionString);
        NpgsqlConnection? place = null;
        try
        {
            place = await source.OpenConnectionAsync();
            await PostgresPlace.Take(place, options);
            await PostgresSchema.Migrate(place, options.Schema, options.Seal);
            await PostgresHead.Check(place, options, time);
            await WarnIfNotDurable(place, options, log);
            return new(source, place, options, time);
        }
        catch (Exception e)
        {
            if (place is not null) await place.DisposeAsync();
            await source.DisposeAsync();
            if (PostgresFailure.Explains(e)) throw PostgresFailure.Of(options.Name, e);
            throw;
        }
    }

    // Beside a gateway that has the place, or without one. The server itself refuses every write.
    public static PostgresStore OpenToRead(PostgresStoreOptions options)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        connection.Options = $"{connection.Options} -c default_transaction_read_only=on".TrimStart();
        return new(NpgsqlDataSource.Create(connection), place: null, options, TimeProvider.System);
    }

    internal async Task<NpgsqlConnection> Connect() => await _source.OpenConnectionAsync();

    // One round trip where the work is one command or one batch: a batch is its own transaction.
    public async Task<T> Run<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancelled = default)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancelled);
            return await work(connection);
        }
        catch (Exception e) when (PostgresFailure.Explains(e))
        {
            // A server that was away has left all its connections dead: the next one to ask gets a new one.
            if (e is not PostgresException) _source.Clear();
            throw PostgresFailure.Of(Name, e);
        }
    }

    // What is acknowledged is to survive a crash of the server; whether it does is the server's setting, or the role's.
    private static async Task WarnIfNotDurable(NpgsqlConnection connection, PostgresStoreOptions options, ILogger log)
    {
        await using var command = new NpgsqlCommand("select current_setting('synchronous_commit')", connection);
        if (await command.ExecuteScalarAsync() is "off") PostgresLog.NotDurable(log, options.Name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_place is not null) await _place.DisposeAsync();
        await _source.DisposeAsync();
    }
}
