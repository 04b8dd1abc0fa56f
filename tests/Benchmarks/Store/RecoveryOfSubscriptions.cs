using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Tape;
using Oddswire.Actors.Wallets;
using Oddswire.Benchmarks.Measuring;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Benchmarks.Store;

/// <summary>
/// 100,000 durable subscriptions come back: from the start of their actor until it answers, and the venues could be told of every wallet
/// that they want. Beside it one SELECT of the same rows, and the same states made of them.
/// </summary>
internal sealed class RecoveryOfSubscriptions(BenchStore store, int subscriptions, int rounds)
{
    private const int WalletsEach = 5;
    private const int Acknowledgements = 2;
    private const int RowsInCommit = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly Key Owner = new("desk", Tier.Enterprise, ["subscriptions"], KeyLimits.Of(Tier.Enterprise));

    private readonly DurableCodec _codec = new();
    private readonly Random _random = new(1);
    private SubscriptionId _last;

    internal async Task<Row> Measure()
    {
        await Fill();
        var (recovered, selected) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            double one, other;
            if (round % 2 == 0)
                (one, other) = (await Recover(), await Select());
            else
                (other, one) = (await Select(), await Recover());
            if (round == 0)
                continue;       // the compiler's, and the disk's
            recovered.Add(one);
            selected.Add(other);
        }
        var (ours, plain) = (new Series(recovered), new Series(selected));
        var ratio = ours.Over(plain);
        return new Row($"{subscriptions:N0} durable subscriptions back from {store.Name}", Row.Spread(ours) + " s")
        {
            Yardstick = Row.Spread(plain) + " s",
            Ratio = Row.Spread(ratio),
            Target = "<= 3.0 x",
            Passed = ratio.Median <= 3,
        };
    }

    private async Task<double> Recover()
    {
        GC.Collect();
        var system = new ActorSystem(new ActorSystemOptions { Random = Random.Shared, Journal = store.Journal });
        ActorRef<HubMessage> wallets = system.Spawn(Props.Of(static () => new WalletsActor()), "wallets");
        ActorRef<HubMessage> markets = system.Spawn(Props.Of(static () => new MarketsActor()), "markets");
        var wiring = new DurableWiring(system.Spawn(Props.Of(static () => new StandingTape()), "tape"), new MemoryTape(), store.Fence, [wallets, markets]);
        var told = new TaskCompletionSource<InterestChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        var venues = system.Spawn(Props.Of(() => new Venues(told)), "venues");

        var started = Stopwatch.GetTimestamp();
        ActorRef<SubscriptionMessage> actor = system.Spawn(Props.Of(() => new SubscriptionsActor(wiring)), "subscriptions");
        var answer = await system.Ask(actor, (ActorRef<SubscriptionAnswer> to) => new DurableCommand.Get(_last, new Caller(Owner, "127.0.0.1"), to), Patience);
        wallets.Tell(new HubMessage.Report(venues));
        var wanted = await told.Task;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        await system.Stop(TimeSpan.FromSeconds(30));
        if (answer is not SubscriptionAnswer.Done || wanted.Began.Length != subscriptions * WalletsEach)
            throw new InvalidOperationException($"not recovered: {answer}, {wanted.Began.Length} wallets");
        return seconds;
    }

    private async Task<double> Select()
    {
        GC.Collect();
        await using var connection = await store.Connect();
        await using var command = connection.CreateCommand();
        command.CommandText = "select sequence, resource, term, write_id, payload, persistence_id from journal";

        var started = Stopwatch.GetTimestamp();
        var states = new Dictionary<string, (DurableState State, long Sequence)>();
        await using (var row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                var entry = new Entry(store.Text(row, 5), row.GetInt64(0), new Fence(store.Text(row, 1), row.GetInt64(2)), row.GetInt64(3), row.GetFieldValue<byte[]>(4));
                var (state, _) = states.GetValueOrDefault(entry.PersistenceId, (DurableState.None, 0));
                states[entry.PersistenceId] = (state.Apply(_codec.ReadEvent(entry.Payload.Span)), entry.Sequence);
            }
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return states.Count == subscriptions ? seconds : throw new InvalidOperationException($"{states.Count} subscriptions in the journal");
    }

    private async Task Fill()
    {
        var ids = Enumerable.Range(0, subscriptions).Select(_ => SubscriptionId.Next(_random)).ToArray();
        _last = ids[^1];
        for (var sequence = 1; sequence <= 1 + Acknowledgements; sequence++)
        {
            foreach (var some in ids.Chunk(RowsInCommit))
                await store.Journal.Append([.. some.Select(id => new Entry(id.ToString(), sequence, store.Fence, _random.NextInt64(), Bytes(Event(sequence))))]);
        }
    }

    private DurableEvent Event(int sequence) => sequence > 1
        ? new DurableEvent.Acknowledged(1_000 * sequence, null, new Position(1, sequence))
        : new DurableEvent.Created(
            1_000, new Command($"c{_random.Next()}", "fingerprint", Owner.Name, "127.0.0.1"), "desk-7",
            OrderFilter.Of([.. Enumerable.Range(0, WalletsEach).Select(_ => new WalletId((ulong)_random.NextInt64(), (ulong)_random.NextInt64(), 1))]),
            new Position(1, 1), new Position(1, 1));

    private byte[] Bytes(DurableEvent e)
    {
        var bytes = new ArrayBufferWriter<byte>();
        _codec.WriteEvent(e, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private sealed class StandingTape : Actor<TapeMessage>
    {
        protected override ValueTask Receive(TapeMessage message)
        {
            if (message is TapeMessage.GetHead get)
                get.ReplyTo.Tell(new TapeHead(1, 1, 10, null, null));
            return default;
        }
    }

    private sealed class Venues(TaskCompletionSource<InterestChange> told) : Actor<InterestChange>
    {
        protected override ValueTask Receive(InterestChange message)
        {
            told.TrySetResult(message);
            return default;
        }
    }
}
