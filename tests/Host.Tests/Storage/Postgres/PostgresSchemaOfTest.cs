using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Postgres;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

/// <summary>A schema of its own for one test in the private server of `tests/services.sh postgres`, with the store inside opened as often as the test likes.</summary>
internal sealed class PostgresSchemaOfTest : IAsyncDisposable
{
    private readonly string _schema = $"test_{Guid.NewGuid():N}";
    private PostgresStore? _open;

    public PostgresSchemaOfTest() => Assert.SkipWhen(Server is null, "a PostgreSQL to test with is not there: tests/run postgres");

    public static string? Server => Environment.GetEnvironmentVariable("ODDSWIRE_TEST_POSTGRES");

    public string Schema => _schema;

    public PostgresStoreOptions Options(bool acceptLoss = false, int seconds = 5, string more = "", JournalSeal? seal = null)
    {
        Assert.True(PostgresStoreOptions.TryRead($"{Server};Search Path={_schema};{more}", TimeSpan.FromSeconds(seconds), acceptLoss, out var options, seal));
        return options;
    }

    public async Task<PostgresStore> Open(PostgresStoreOptions? options = null, TimeProvider? time = null) =>
        _open = await PostgresStore.Open(options ?? Options(), time ?? TimeProvider.System, NullLogger.Instance);

    public async Task Close()
    {
        if (_open is not null) await _open.DisposeAsync();
        _open = null;
    }

    // Beside the store, as an operator could.
    public async Task<object?> Scalar(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{Server};Search Path={_schema};Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        await using var source = NpgsqlDataSource.Create($"{Server};Pooling=false");
        await using var command = source.CreateCommand($"drop schema if exists {_schema} cascade");
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
