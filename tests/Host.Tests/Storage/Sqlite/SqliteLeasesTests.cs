using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Leases;
using Oddswire.TestKit.Specifications;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteLeasesTests : LeasesSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    public SqliteLeasesTests() => Leases = new SqliteLeases(_folder.Open(), Clock);

    protected override ILeases Leases { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
