using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Storage.Retention;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Host.Tests.Storage.Retention;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteCutTests : JournalCutSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();
    private SqliteStore _store = null!;

    private protected override async Task<Opened> Open(JournalSeal seal)
    {
        await _folder.Close();
        var options = _folder.Options with { Seal = seal, AcceptLoss = true };
        return Of(_store = _folder.Open(options, Clock), options);
    }

    private Opened Of(SqliteStore store, SqliteStoreOptions options)
    {
        var journal = new SqliteJournal(store);
        return new(journal, new SqliteLeases(store, Clock), store.Changed, new SqliteJournalRows(store.Readers, options), new SqliteJournalCuts(store, journal));
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
    public async Task Killed_behind_any_slice_of_a_cut_the_store_is_whole_and_the_cut_goes_on()
    {
        var store = await ThreeDays();
        for (long? after = 0; after is { } at;)
        {
            // Slices of two entries, as if each were a thousand.
            after = at >= 18 ? null : at + 2;
            await store.Cuts.Cut(at, new CutOrder(Math.Min(18, at + 2), 0, 0, Fence, Endings.IsEnd));
            await using var killed = _folder.Killed();
            var reopened = Of(killed.Open(killed.Options with { Seal = Keyed }, Clock), killed.Options);
            Assert.Null((await Prove(reopened.Rows, withHeads: false)).First);
            await Retention(reopened).Cut(TestContext.Current.CancellationToken);
            Assert.Equal(AfterTheCut, await Left(reopened.Rows));
        }
    }

    [Fact]
    public async Task The_proof_of_a_damaged_store_knows_what_was_cut_and_finds_what_was_not()
    {
        var store = await ThreeDays();
        await Retention(store).Cut(TestContext.Current.CancellationToken);
        Assert.True(await _store.Readers.Run(JournalProof.Holds, TestContext.Current.CancellationToken));
        await Close();
        _folder.Raw("delete from journal where persistence_id = 'keys' and sequence = 1");
        using var session = new SqliteSession(_folder.Options.Database, Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly);
        Assert.False(JournalProof.Holds(session));
    }

    [Fact]
    public async Task A_log_that_is_gone_is_reported_also_when_the_head_s_entry_is_long_cut()
    {
        var store = await ThreeDays();
        await Retention(store).Cut(TestContext.Current.CancellationToken);
        await using var killed = _folder.Killed();
        File.Delete(killed.Options.WriteAheadLog);
        Assert.Throws<JournalLossException>(() => killed.Open());
    }

    [Fact]
    public async Task What_a_cut_has_freed_goes_back_to_the_disk_little_by_little()
    {
        var store = await ThreeDays();
        var before = await _store.Scalar("pragma auto_vacuum");
        Assert.Equal(2L, before);
        Assert.False(await store.Cuts.Compact());
        await _store.Writer.Run(static transaction =>
        {
            transaction.Session.Execute("create table ballast (bytes blob)");
            for (var n = 0; n < 32; n++) transaction.Session.Execute("insert into ballast values (zeroblob(1048576))");
            transaction.Session.Execute("drop table ballast");
            return 0;
        });
        var free = (long)(await _store.Scalar("pragma freelist_count"))!;
        Assert.True(await store.Cuts.Compact());
        Assert.Equal(free - 256, await _store.Scalar("pragma freelist_count"));
        await Retention(store).Cut(TestContext.Current.CancellationToken);
        Assert.InRange((long)(await _store.Scalar("pragma freelist_count"))!, 0, 4_096);
        Assert.Null((await Prove(store.Rows)).First);
    }
}
