using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Postgres;
using Oddswire.Messages.Orders;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

public sealed class PostgresStoreTests : IAsyncLifetime
{
    private readonly PostgresSchemaOfTest _schema = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _schema.DisposeAsync();

    [Fact]
    public async Task A_reopened_store_has_entries_snapshots_and_terms()
    {
        var store = await _schema.Open();
        var fence = await Seize(store);
        await new PostgresJournal(store).Append([new("a", 1, fence, 1, "one"u8.ToArray())]);
        await new PostgresJournal(store).SaveSnapshot(new("a", 1, fence, 2, "snapshot"u8.ToArray()));
        await _schema.Close();

        store = await _schema.Open();
        Assert.Equal(1, await new PostgresJournal(store).Read("a", 0).CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal("snapshot"u8.ToArray(), (await new PostgresJournal(store).LoadSnapshot("a"))!.Value.Payload.ToArray());
        Assert.Equal(fence.Term + 1, (await Seize(store)).Term);
    }

    [Fact]
    public async Task A_store_with_a_newer_schema_is_refused_unchanged()
    {
        await _schema.Open();
        await _schema.Close();
        await _schema.Scalar("update schema_version set version = 99");
        var refused = await Assert.ThrowsAsync<StoreTooNewException>(() => _schema.Open());
        Assert.Contains("schema 99", refused.Message, StringComparison.Ordinal);
        Assert.Equal(99L, await _schema.Scalar("select version from schema_version"));
    }

    [Fact]
    public async Task A_second_gateway_is_refused_and_told_who_has_the_store()
    {
        await _schema.Open(_schema.Options(more: "Application Name=first one"));
        var refused = await Assert.ThrowsAsync<StoreInUseException>(() => PostgresStore.Open(_schema.Options(), TimeProvider.System, NullLogger.Instance));
        Assert.Contains("in use by first one on 127.0.0.1", refused.Message, StringComparison.Ordinal);
        await _schema.Close();
        await _schema.Open();
    }

    [Fact]
    public async Task Of_many_that_start_at_once_on_an_empty_database_one_gets_the_store_and_its_tables_are_whole()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try { return await PostgresStore.Open(_schema.Options(), TimeProvider.System, NullLogger.Instance); }
            catch (StoreInUseException) { return null; }
        }));
        var store = Assert.Single(starts, store => store is not null);
        await Seize(store!);
        await store!.DisposeAsync();
        Assert.Equal(PostgresSchema.Newest, await _schema.Scalar("select version from schema_version"));
    }

    [Fact]
    public async Task Entries_that_were_deleted_are_missed_at_the_next_start_and_accepted_only_when_told()
    {
        var store = await _schema.Open();
        var fence = await Seize(store);
        for (var n = 1; n <= 5; n++) await new PostgresJournal(store).Append([new("a", n, fence, n, new byte[1])]);
        await _schema.Close();
        await _schema.Scalar("delete from journal where position > 3");

        var loss = await Assert.ThrowsAsync<JournalLossException>(() => _schema.Open());
        Assert.Equal((4, 2), (loss.FirstMissing, loss.Missing));
        store = await _schema.Open(_schema.Options(acceptLoss: true));
        Assert.Empty(await new PostgresJournal(store).Append([new("a", 4, fence, 4, new byte[1])]));
        await _schema.Close();
        await _schema.Open();
        Assert.Equal(4L, await _schema.Scalar("select first_missing from loss"));
    }

    [Fact]
    public async Task A_server_that_takes_too_long_is_unavailable_and_afterwards_goes_on()
    {
        var store = await _schema.Open(_schema.Options(seconds: 1));
        var (tape, journal, fence) = (Tape(store), new PostgresJournal(store), await Seize(store));
        await using (var other = NpgsqlDataSource.Create(_schema.Options().ConnectionString))
        {
            await using var connection = await other.OpenConnectionAsync(TestContext.Current.CancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var hold = new NpgsqlCommand("lock table tape_state, journal_head in access exclusive mode", connection, transaction);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<TapeUnavailableException>(async () => await tape.Commit(new([TapeFills.Entry(1)], [], [], null, null)));
            await Assert.ThrowsAsync<TapeUnavailableException>(async () => await tape.Read(0, OrderFilter.Everything, 10));
            await Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.Append([new("a", 1, fence, 1, new byte[1])]));
        }
        await tape.Commit(new([TapeFills.Entry(1)], [], [], null, null));
        Assert.Empty(await journal.Append([new("a", 1, fence, 1, new byte[1])]));
    }

    [Fact]
    public async Task A_server_that_hangs_is_unavailable_in_bounded_time_and_when_it_goes_on_so_does_the_store()
    {
        await using var relay = new FreezableRelay(new NpgsqlConnectionStringBuilder(PostgresSchemaOfTest.Server).Port);
        var store = await _schema.Open(_schema.Options(seconds: 1, more: $"Port={relay.Port}"));
        var (tape, journal, fence) = (Tape(store), new PostgresJournal(store), await Seize(store));
        await tape.Commit(new([TapeFills.Entry(1)], [], [], null, null));

        relay.Freeze();
        await Bounded(Assert.ThrowsAsync<TapeUnavailableException>(async () => await tape.Commit(new([TapeFills.Entry(2)], [], [], null, null))));
        await Bounded(Assert.ThrowsAsync<TapeUnavailableException>(async () => await tape.Query(TapeFills.Everything)));
        await Bounded(Assert.ThrowsAsync<JournalUnavailableException>(async () => await journal.Append([new("a", 1, fence, 1, new byte[1])])));
        await Bounded(Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStore.Open(_schema.Options(seconds: 1, more: $"Port={relay.Port}"), TimeProvider.System, NullLogger.Instance)));
        relay.Thaw();

        Assert.Equal(1, await tape.Commit(new([TapeFills.Entry(2), TapeFills.Entry(3)], [], [], null, null))); // the first may have arrived after all
        Assert.Equal(3, (await tape.Query(TapeFills.Everything)).Total);

        static Task Bounded(Task call) => call.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_asked_of_a_closed_store_is_unavailable()
    {
        var store = await _schema.Open();
        var fence = await Seize(store);
        await _schema.Close();
        await Assert.ThrowsAsync<JournalUnavailableException>(async () => await new PostgresJournal(store).Append([new("a", 1, fence, 1, new byte[1])]));
        await Assert.ThrowsAsync<LeasesUnavailableException>(async () => await Seize(store));
        await Assert.ThrowsAsync<TapeUnavailableException>(async () => await Tape(store).Open());
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await new PostgresMarketTexts(store, TimeProvider.System).Find([TapeFills.Token(1)]));
    }

    [Fact]
    public async Task A_server_that_acknowledges_too_early_is_warned_of()
    {
        using var logs = new RecordedLog();
        await (await PostgresStore.Open(_schema.Options(more: "Options=-c synchronous_commit=off"), TimeProvider.System, logs.CreateLogger("store"))).DisposeAsync();
        Assert.Single(logs.About("synchronous_commit"));
        await (await PostgresStore.Open(_schema.Options(more: "Options=-c synchronous_commit=on"), TimeProvider.System, logs.CreateLogger("store"))).DisposeAsync();
        Assert.Single(logs.About("synchronous_commit"));
    }

    [Fact]
    public async Task No_message_carries_the_password()
    {
        Assert.True(PostgresStoreOptions.TryRead($"{PostgresSchemaOfTest.Server};Search Path={_schema.Schema};Password=Z9s3cret", TimeSpan.FromSeconds(2), acceptLoss: false, out var options));
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStore.Open(options, TimeProvider.System, NullLogger.Instance));
        Assert.Contains("password authentication failed", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Z9s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    private static PostgresTape Tape(PostgresStore store) => new(store, new TapeRetention(TimeSpan.FromHours(1), 1L << 40, TimeProvider.System));

    private static async Task<Fence> Seize(PostgresStore store) =>
        (await new PostgresLeases(store, TimeProvider.System).Seize("shard-1", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
}
