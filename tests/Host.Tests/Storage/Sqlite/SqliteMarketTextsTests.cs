using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteMarketTextsTests : MarketTextsSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    public SqliteMarketTextsTests() => Texts = new SqliteMarketTexts(_folder.Open(), Clock);

    private protected override IMarketTexts Texts { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
