using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Host.Tests.Storage.Sqlite;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Proof;

public sealed class SqliteProofTests : StreamProofSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();

    private protected override Task<(IJournal Journal, ILeases Leases, ChangedStreams Changed, IJournalRows Rows)> Open(JournalSeal seal)
    {
        var options = _folder.Options with { Seal = seal, AcceptLoss = true };
        var store = _folder.Open(options);
        return Task.FromResult<(IJournal, ILeases, ChangedStreams, IJournalRows)>(
            (new SqliteJournal(store), new SqliteLeases(store, TimeProvider.System), store.Changed, new SqliteJournalRows(store.Readers, options)));
    }

    private protected override Task Close() => _folder.Close();

    private protected override Task Sql(string sql)
    {
        _folder.Raw(sql);
        return Task.CompletedTask;
    }

    private protected override string Bytes(ReadOnlySpan<byte> bytes) => $"x'{Convert.ToHexString(bytes)}'";

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task A_journal_shorter_than_the_head_beside_it_is_truncated_and_a_row_of_other_values_unreadable()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, 3);
        await _folder.Close();
        _folder.Raw("delete from journal where position = 3");
        Assert.Equal(new Finding("", 3, "truncated"), await First());
        _folder.Raw("update journal set write_id = 'nothing' where position = 2");
        Assert.Equal(new Finding("a", 2, "unreadable"), await First());
    }

    private async Task<Finding?> First()
    {
        await using var readers = new SqliteReaders(_folder.Options);
        return (await new StreamProof(new SqliteJournalRows(readers, _folder.Options), JournalSeal.Plain, new KnownHeads()).Run()).First;
    }
}
