using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit.Specifications;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteJournalTests : JournalSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    public SqliteJournalTests()
    {
        var store = _folder.Open();
        (Journal, Leases) = (new SqliteJournal(store), new SqliteLeases(store, TimeProvider.System));
    }

    protected override IJournal Journal { get; }
    protected override ILeases Leases { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
