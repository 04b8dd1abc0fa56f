using System.Collections.Concurrent;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Sqlite;
using Oddswire.Messages.Catalog;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;
using Oddswire.Runtime.Persistence;
using Oddswire.TestKit;
using Oddswire.TestKit.Specifications;
using Xunit;

namespace Oddswire.Host.Tests.Storage.Sqlite;

/// <summary>
/// Guarantee 7 with the real store on a disk that is full, read-only or slow, as SQLite meets it: fills go on without positions, no command is
/// acknowledged, and when the disk is well everything is on the tape, once and in order. The whole process does it in tests/run outage.
/// </summary>
public sealed class DiskFaultTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly StoreFolder _folder = new();
    private readonly ConcurrentQueue<TapeEntry> _told = new();
    private readonly Changes _changes = new();
    private readonly ActorSystem _system = new(new ActorSystemOptions { Random = new Random(1) });
    private readonly ManualResetEventSlim _well = new();
    private Func<Task> _heal = static () => Task.CompletedTask;

    public enum Fault { Full, ReadOnly, Slow }

    [Theory]
    [InlineData(Fault.Full, "Free some space")]
    [InlineData(Fault.ReadOnly, "read-only")]
    [InlineData(Fault.Slow, null)]
    public async Task While_the_disk_takes_nothing_fills_go_on_without_positions_and_afterwards_all_is_on_the_tape(Fault fault, string? told)
    {
        var store = _folder.Open();
        var fence = await store.Seize();
        var tape = new SqliteTape(store, new TapeRetention(TimeSpan.FromHours(1), 1L << 40, TimeProvider.System));
        var actor = Start(tape, fence.Term);
        await Tell(actor, 1, 10);
        Assert.Equal(Enumerable.Range(1, 10).Select(static n => (long?)n), Positions());

        await Strike(store, fault);
        await Tell(actor, 11, 30);
        Assert.All(Positions().Skip(10), static position => Assert.Null(position));
        Assert.NotNull((await Head(actor)).Degraded);
        var command = new SqliteJournal(store).Append([new("sub_a", 1, fence, 1, new byte[100_000])]).AsTask();
        if (told is not null)
            Assert.Contains(told, (await Assert.ThrowsAsync<JournalUnavailableException>(() => command)).Message);
        else
            Assert.False(command.IsCompleted);

        await _heal();
        await Eventually.Holds(async () => await Head(actor) is { Degraded: null, IsBehind: false, Newest: 30 });
        if (told is null)
            Assert.Empty(await command);
        await Tell(actor, 31, 31);
        Assert.Equal(31, _told.Last().Position!.Value.Offset);
        Assert.Equal(31, _told.Count);        // nobody was told anything twice
        var stored = await tape.Read(0, OrderFilter.Everything, 100);
        Assert.Equal(Enumerable.Range(1, 31).Select(static n => ((long)n, TapeFills.Fill(n).Tx)), stored.Entries.Select(static entry => (entry.Position!.Value.Offset, entry.Fill.Tx)));
    }

    public async ValueTask DisposeAsync()
    {
        _well.Set();
        await _system.Stop(Patience);
        await _folder.DisposeAsync();
        _well.Dispose();
    }

    private async Task Strike(SqliteStore store, Fault fault)
    {
        switch (fault)
        {
            case Fault.Full:
                var pages = await Pragma(store, "page_count");
                await Pragma(store, $"max_page_count = {pages}");
                _heal = () => Pragma(store, "max_page_count = 1000000");
                break;
            case Fault.ReadOnly:
                var handle = await store.Writer.Run(static transaction => transaction.Session.Handle);
                await Pragma(store, "query_only = on");
                // Past the writer, which cannot even begin; SQLite lets one thread at a time use a connection.
                _heal = () => Task.FromResult(SQLitePCL.raw.sqlite3_exec(handle, "pragma query_only = off"));
                break;
            default:
                _ = store.Writer.Run(_ => { _well.Wait(Patience * 2, CancellationToken.None); return 0; });
                _heal = () => { _well.Set(); return Task.CompletedTask; };
                break;
        }
    }

    private static Task<object?> Pragma(SqliteStore store, string pragma) => store.Writer.Run(transaction => transaction.Session.Prepared($"pragma {pragma}").ExecuteScalar());

    private ActorRef<TapeMessage> Start(ITape tape, long epoch)
    {
        ActorRef<HubMessage> clients = _system.Spawn(Props.Of(() => new Clients(_told, _changes)), "clients");
        var wiring = new TapeWiring(tape, epoch, TapeFills.Encode, Nobody<CatalogMessage>("catalog"), Nobody<LedgerMessage>("ledger"), [clients]);
        return _system.Spawn(Props.Of(() => new TapeActor(new TapeRules(), wiring)), "tape");
    }

    private ActorRef<T> Nobody<T>(string name) => _system.Spawn(Props.Of(static () => new Silent<T>()), name);

    private async Task Tell(ActorRef<TapeMessage> tape, int first, int last)
    {
        for (var n = first; n <= last; n++)
            tape.Tell(new TapeMessage.Observed(new SourceId("polygon", 1), [new Observation.Log(Fill(n))]));
        await _changes.Until(() => _told.Count >= last);
    }

    // With a name of its own that is longer than a page: a full disk has room for none.
    private static Fill Fill(int n) => TapeFills.Fill(n) with { Market = new MarketText(TapeFills.Condition(1), "market-1", $"{n} {new string('x', 5_000)}", "Yes") };

    private IEnumerable<long?> Positions() => _told.Select(static entry => entry.Position?.Offset);

    private ValueTask<TapeHead> Head(ActorRef<TapeMessage> tape) => _system.Ask(tape, static (ActorRef<TapeHead> to) => new TapeMessage.GetHead(to), Patience);

    private sealed class Clients(ConcurrentQueue<TapeEntry> told, Changes changes) : Actor<HubMessage>
    {
        protected override ValueTask Receive(HubMessage message)
        {
            if (message is not HubMessage.Publish publish)
                return default;
            foreach (var entry in publish.Batch.Entries) told.Enqueue(entry);
            changes.Tell();
            publish.ReplyTo.Tell(new TapeMessage.Passed(publish.Batch.Number, []));
            return default;
        }
    }

    private sealed class Silent<T> : Actor<T>
    {
        protected override ValueTask Receive(T message) => default;
    }
}
