using Oddswire.Host.Storage.Postgres;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Postgres;

public sealed class PostgresJournalTests : JournalSpec, IAsyncLifetime
{
    private readonly PostgresSchemaOfTest _schema = new();
    private PostgresStore? _store;

    protected override IJournal Journal => new PostgresJournal(_store!);
    protected override ILeases Leases => new PostgresLeases(_store!, TimeProvider.System);

    public async ValueTask InitializeAsync() => _store = await _schema.Open();

    public ValueTask DisposeAsync() => _schema.DisposeAsync();

    [Fact]
    public async Task The_head_and_the_last_entry_of_each_commit_carry_the_running_hash()
    {
        var fence = (await Leases.Seize("shard-1", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
        for (var n = 1; n <= 5; n++) await Journal.Append([new("a", n, fence, n, new byte[n]), new("b", n, fence, n, new byte[n])]);
        Assert.Equal(10L, await _schema.Scalar("select position from journal_head"));
        Assert.Equal("2,4,6,8,10", await _schema.Scalar("select string_agg(position::text, ',' order by position) from journal where chain is not null"));
        Assert.Equal(true, await _schema.Scalar("select chain = (select chain from journal where position = 10) from journal_head"));
        Assert.Equal(5L, await _schema.Scalar("select count(distinct chain) from journal"));
    }

    [Fact]
    public async Task An_append_under_a_term_that_changes_hands_is_written_before_or_not_at_all()
    {
        var leases = Leases;
        var fence = (await leases.Seize("shard-1", new("alice", 1), TimeSpan.FromMinutes(1))).Fence;
        var appends = Task.Run(async () =>
        {
            for (var n = 1; n <= 500; n++)
                if (!(await Journal.Append([new("a", n, fence, n, new byte[10])])).IsEmpty) return n - 1;
            return 500;
        }, TestContext.Current.CancellationToken);
        var next = (await leases.Seize("shard-1", new("bob", 1), TimeSpan.FromMinutes(1))).Fence;
        var seen = await Journal.Read("a", 0).CountAsync(TestContext.Current.CancellationToken);
        var written = await appends;
        Assert.Equal(seen, written); // what bob read after he had the lease is all there is
        Assert.Empty(await Journal.Append([new("a", written + 1, next, 1, new byte[10])]));
    }
}

public sealed class PostgresLeasesTests : LeasesSpec, IAsyncLifetime
{
    private readonly PostgresSchemaOfTest _schema = new();
    private PostgresStore? _store;

    protected override ILeases Leases => new PostgresLeases(_store!, Clock);

    public async ValueTask InitializeAsync() => _store = await _schema.Open();

    public ValueTask DisposeAsync() => _schema.DisposeAsync();

    [Fact]
    public async Task Terms_survive_a_restart()
    {
        var first = await Leases.Seize("feed", new("alice", 1), TimeSpan.FromSeconds(10));
        await _schema.Close();
        _store = await _schema.Open();
        Assert.Null(await Leases.Hold("feed", new("bob", 1), TimeSpan.FromSeconds(10)));
        Assert.Equal(first.Fence.Term + 1, (await Leases.Seize("feed", new("bob", 1), TimeSpan.FromSeconds(10))).Fence.Term);
    }
}

public sealed class PostgresMarketTextsTests : MarketTextsSpec, IAsyncLifetime
{
    private readonly PostgresSchemaOfTest _schema = new();
    private PostgresStore? _store;

    private protected override Oddswire.Host.Storage.IMarketTexts Texts => field ??= new PostgresMarketTexts(_store!, Clock);

    public async ValueTask InitializeAsync() => _store = await _schema.Open();

    public ValueTask DisposeAsync() => _schema.DisposeAsync();
}
