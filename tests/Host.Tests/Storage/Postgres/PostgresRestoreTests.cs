using Oddswire.Host.Tests.Live;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

public sealed class PostgresRestoreTests : IAsyncDisposable
{
    private readonly PostgresSchemaOfTest _schema = new();

    [Fact]
    public async Task A_store_goes_from_SQLite_to_PostgreSQL_and_back_and_nobody_notices()
    {
        using var folder = new TempFolder();
        string[] postgres = ["tape.store=postgres", $"storage.postgres={PostgresSchemaOfTest.Server};Search Path={_schema.Schema}"];
        await RestoreDrill.Run([$"storage.path={Path.Combine(folder.Path, "one")}"], postgres, [$"storage.path={Path.Combine(folder.Path, "two")}"]);
    }

    public ValueTask DisposeAsync() => _schema.DisposeAsync();
}
