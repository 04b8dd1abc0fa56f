using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Host.Storage.Proof;
using Oddswire.Host.Tests.Storage.Proof;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

public sealed class PostgresProofTests : StreamProofSpec, IAsyncDisposable
{
    private readonly PostgresSchemaOfTest _schema = new();

    private protected override async Task<(IJournal Journal, ILeases Leases, ChangedStreams Changed, IJournalRows Rows)> Open(JournalSeal seal)
    {
        var store = await _schema.Open(_schema.Options(acceptLoss: true, seal: seal));
        return (new PostgresJournal(store), new PostgresLeases(store, TimeProvider.System), store.Changed, new PostgresJournalRows(store));
    }

    private protected override Task Close() => _schema.Close();

    private protected override Task Sql(string sql) => _schema.Scalar(sql);

    private protected override string Bytes(ReadOnlySpan<byte> bytes) => $@"'\x{Convert.ToHexString(bytes)}'";

    public ValueTask DisposeAsync() => _schema.DisposeAsync();

    [Fact]
    public async Task A_store_from_before_the_chains_gets_them_and_who_only_reads_cannot_write()
    {
        var (journal, leases, _, _) = await Open(JournalSeal.Plain);
        var fence = (await leases.Seize("shard", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
        await journal.Append([new("a", 1, fence, 1, "{}"u8.ToArray()), new("b", 1, fence, 1, "{}"u8.ToArray()), new("a", 2, fence, 2, "{}"u8.ToArray())]);
        await journal.SaveSnapshot(new("a", 1, fence, 3, "{}"u8.ToArray()));
        await Close();
        await Sql("drop table journal_time; drop table journal_cut; drop table lease_owner; drop table fill_trace; drop table position_sample; alter table market drop column event_slug, drop column outcome; alter table journal drop column hash; alter table snapshot drop column hash; update schema_version set version = 2");
        var (_, _, _, rows) = await Open(Keyed);
        Assert.Equal(new Verdict(3, 0, Keyed: true, First: null), await new StreamProof(rows, Keyed, new KnownHeads()).Run());

        await using var reading = PostgresStore.OpenToRead(_schema.Options(seal: Keyed)); // beside the store that is open
        Assert.Equal(3, (await new PostgresJournalRows(reading).Page(0)).Length);
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await new PostgresJournal(reading).Append([new("a", 3, fence, 3, "{}"u8.ToArray())]));
    }
}
