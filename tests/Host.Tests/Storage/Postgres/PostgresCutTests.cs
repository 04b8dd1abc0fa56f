using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Host.Tests.Storage.Retention;

namespace Oddswire.Host.Tests.Storage.Postgres;

public sealed class PostgresCutTests : JournalCutSpec, IAsyncDisposable
{
    private readonly PostgresSchemaOfTest _schema = new();

    private protected override async Task<Opened> Open(JournalSeal seal)
    {
        await _schema.Close();
        var store = await _schema.Open(_schema.Options(acceptLoss: true, seal: seal), Clock);
        var journal = new PostgresJournal(store);
        return new(journal, new PostgresLeases(store, Clock), store.Changed, new PostgresJournalRows(store), new PostgresJournalCuts(store, journal));
    }

    private protected override Task Close() => _schema.Close();

    private protected override Task Sql(string sql) => _schema.Scalar(sql);

    private protected override string Bytes(ReadOnlySpan<byte> bytes) => $@"'\x{Convert.ToHexString(bytes)}'";

    public ValueTask DisposeAsync() => _schema.DisposeAsync();
}
