using System.Data;
using Npgsql;

namespace Oddswire.Host.Storage.Postgres;

internal interface IPostgresWork
{
    Task<T> Run<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancelled = default);
}

// One connection and one transaction for everything: reads see the same moment, and writes are all there after the commit or none.
internal sealed class PostgresMoment : IPostgresWork, IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly string _name;

    private PostgresMoment(NpgsqlConnection connection, NpgsqlTransaction transaction, string name) => (_connection, _transaction, _name) = (connection, transaction, name);

    public static async Task<PostgresMoment> Of(PostgresStore store)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await store.Connect();
            return new(connection, await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead), store.Name);
        }
        catch (Exception e)
        {
            if (connection is not null) await connection.DisposeAsync();
            if (PostgresFailure.Explains(e)) throw PostgresFailure.Of(store.Name, e);
            throw;
        }
    }

    public async Task<T> Run<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancelled = default)
    {
        cancelled.ThrowIfCancellationRequested();
        try { return await work(_connection); }
        catch (Exception e) when (PostgresFailure.Explains(e)) { throw PostgresFailure.Of(_name, e); }
    }

    public Task Commit() => Run(async _ =>
    {
        await _transaction.CommitAsync();
        return 0;
    });

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
