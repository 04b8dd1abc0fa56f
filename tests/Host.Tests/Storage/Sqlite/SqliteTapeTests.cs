using Oddswire.Actors.Ports;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

public sealed class SqliteTapeTests : DurableTapeSpec, IAsyncDisposable
{
    private readonly StoreFolder _folder = new();
    private ITape _tape;

    public SqliteTapeTests() => _tape = New(_folder.Open(), TimeSpan.FromHours(72), 10_000_000_000);

    protected override ITape Tape => _tape;

    [Fact]
    public async Task A_tape_of_the_second_schema_knows_its_size_after_the_move()
    {
        await Append(1, 2, 3);
        await _folder.Close();
        _folder.Raw(
            """
            create table before (id integer primary key check (id = 1), epoch integer not null, newest integer not null, swept_block integer, swept_time integer);
            insert into before select id, epoch, newest, swept_block, swept_time from tape_state;
            drop table tape_state;
            alter table before rename to tape_state;
            drop table market;
            drop table fill_trace;
            drop table position_sample;
            drop table journal_time;
            drop table journal_cut;
            drop table lease_owner;
            alter table journal drop column hash;
            alter table snapshot drop column hash;
            pragma user_version = 2
            """);
        var store = _folder.Open();
        _tape = New(store, TimeSpan.FromHours(72), 10_000_000_000);
        await AssertHistory(3, 2, 1);
        Assert.Equal(await store.Scalar("select sum(length(data)) from tape"), await store.Scalar("select bytes from tape_state"));
    }

    [Fact]
    public async Task The_size_on_record_is_the_size_there_is_whatever_happened()
    {
        var store = await ReopenStore(TimeSpan.FromHours(1), 1L << 40);
        await Append([.. Enumerable.Range(1, 1_000).Select(n => TapeFills.Entry(n, fill => fill with { Block = null, Market = default }))]);
        for (var n = 1; n <= 1_000; n += 3) await Confirm(TapeFills.Entry(n));
        await Append(1, 2);
        await Confirm(TapeFills.Entry(5_000));
        Clock.WallOffset = TimeSpan.FromSeconds(3_600 + 700);
        for (var n = 0; n < 100; n++) await Remove(n, 999);
        Assert.Equal(700L, (await Tape.Open()).Oldest);
        Assert.Equal(await store.Scalar("select sum(length(data)) from tape"), await store.Scalar("select bytes from tape_state"));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    protected override async Task Reopen(TimeSpan keep, long max) => await ReopenStore(keep, max);

    private async Task<SqliteStore> ReopenStore(TimeSpan keep, long max)
    {
        await _folder.Close();
        var store = _folder.Open();
        _tape = New(store, keep, max);
        return store;
    }

    private SqliteTape New(SqliteStore store, TimeSpan keep, long max) => new(store, new TapeRetention(keep, max, Clock));
}
