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
    public async Task A_journal_shorter_than_the_head_beside_it_is_truncated_and_a_row_with_values_of_another_kind_is_changed()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, 3);
        await _folder.Close();
        _folder.Raw("delete from journal where position = 3");
        Assert.Equal(new Finding("", 3, "truncated"), await First());
        _folder.Raw("update journal set write_id = 'nothing' where position = 2");
        Assert.Equal(new Finding("a", 2, "changed"), await First());
    }

    [Fact]
    public async Task What_is_written_while_a_moment_of_it_is_read_is_not_missing()
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        await store.Append(fence, "a", 1, 3);
        await using var moment = SqliteMoment.Of(_folder.Options);
        Assert.Equal(3L, await moment.Run(static session => session.Prepared("select count(*) from journal").ReadInt64(), TestContext.Current.CancellationToken));
        await store.Append(fence, "a", 4, 6);
        var verdict = await new StreamProof(new SqliteJournalRows(moment, _folder.Options), JournalSeal.Plain, new KnownHeads()).Run();
        Assert.Equal(new Verdict(3, 0, Keyed: false, First: null), verdict);
    }

    [Fact]
    public async Task Whichever_page_of_the_file_is_destroyed_it_is_reported_or_was_none_of_the_journal_s()
    {
        var store = _folder.Open();
        await store.Append(await store.Seize(), "a", 1, 200);
        await _folder.Close();
        var whole = await File.ReadAllBytesAsync(_folder.Options.Database, TestContext.Current.CancellationToken);
        var reported = 0;
        for (var page = 0; page < whole.Length / 4096; page++)
        {
            var damaged = whole.ToArray();
            damaged.AsSpan(page * 4096, 4096).Fill(0xAA);
            await File.WriteAllBytesAsync(_folder.Options.Database, damaged, TestContext.Current.CancellationToken);
            if (await First() is { } first)
            {
                Assert.Contains(first.What, new[] { "unreadable", "changed", "missing", "reordered" });
                reported++;
            }
        }
        Assert.True(reported >= 7, $"{reported} pages"); // 200 entries fill more than that
    }

    private async Task<Finding?> First()
    {
        await using var readers = new SqliteReaders(_folder.Options);
        return (await new StreamProof(new SqliteJournalRows(readers, _folder.Options), JournalSeal.Plain, new KnownHeads()).Run()).First;
    }
}
