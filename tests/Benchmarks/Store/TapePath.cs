using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Catalog;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;

namespace Oddswire.Benchmarks.Store;

/// <summary>In milliseconds.</summary>
internal readonly record struct Latency(double P50, double P99);

/// <summary>A tape with its actor, told of logs as a chain tells of them, and in place of all clients one that notes when each is published.</summary>
internal sealed class TapePath
{
    private const int PerSecond = 1_000;
    private const int Seconds = 3;

    private static readonly MarketText Market = new(new ConditionId(new Bytes32(1, 2, 3, 4)), "will-it-be-measured", "Will it be measured?", "Yes");

    private readonly ActorSystem _system = new(new ActorSystemOptions { Random = Random.Shared });
    private readonly ActorRef<TapeMessage> _tape;
    private readonly long[] _told = new long[PerSecond * Seconds];
    private readonly double[] _waited = new double[PerSecond * Seconds];
    private TaskCompletionSource _done = new();
    private int _left;
    private ulong _transactions;

    internal TapePath(string name, ITape store, long epoch)
    {
        Name = name;
        ActorRef<HubMessage> clients = _system.Spawn(Props.Of(() => new Clients(this)), "clients");
        var wiring = new TapeWiring(
            store, epoch, Encode, _system.Spawn(Props.Of(static () => new Nobody<CatalogMessage>()), "catalog"),
            _system.Spawn(Props.Of(static () => new Nobody<LedgerMessage>()), "ledger"), [clients]);
        _tape = _system.Spawn(Props.Of(() => new TapeActor(new TapeRules(), wiring)), "tape");
    }

    internal string Name { get; }

    internal async Task<Latency> Round()
    {
        GC.Collect();
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _left = _told.Length;
        var started = Stopwatch.GetTimestamp();
        for (var told = 0; told < _told.Length;)
        {
            var due = Math.Min(_told.Length, (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * PerSecond));
            for (; told < due; told++)
            {
                var what = new Observation.Log(Fill(told));
                _told[told] = Stopwatch.GetTimestamp();
                _tape.Tell(new TapeMessage.Observed(new SourceId("polygon", 1), [what]));
            }
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
        await _done.Task;
        Array.Sort(_waited);
        return new Latency(_waited[_waited.Length / 2], _waited[_waited.Length * 99 / 100]);
    }

    internal ValueTask Stop() => _system.Stop(TimeSpan.FromSeconds(10));

    private Fill Fill(int index) => new()
    {
        Token = new TokenId(new Bytes32(1, 1, 1, 1)),
        Side = Side.Buy,
        Shares = new Quantity(1_000_000),
        Price = new Price(500_000),
        Tx = new TxHash(new Bytes32(7, 0, 0, ++_transactions)),
        User = new WalletId(_transactions, 1, 1),
        Timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        Market = Market,
        Block = 100 + ((long)_transactions / PerSecond),
        LogIndex = index,
        Order = new OrderHash(new Bytes32(9, 0, 0, _transactions)),
        Taker = new WalletId(1, 2, 3),
    };

    private static ReadOnlyMemory<byte> Encode(Fill fill)
    {
        var data = new ArrayBufferWriter<byte>(1024);
        DomeEventCodec.EncodeData(fill, data);
        return data.WrittenMemory;
    }

    private void Published(ImmutableArray<TapeEntry> entries)
    {
        foreach (var entry in entries)
        {
            var index = entry.Fill.LogIndex!.Value;
            _waited[index] = Stopwatch.GetElapsedTime(_told[index]).TotalMilliseconds;
        }
        _left -= entries.Length;
        if (_left == 0)
            _done.SetResult();
    }

    private sealed class Clients(TapePath path) : Actor<HubMessage>
    {
        protected override ValueTask Receive(HubMessage message)
        {
            if (message is HubMessage.Publish publish)
            {
                path.Published(publish.Batch.Entries);
                publish.ReplyTo.Tell(new TapeMessage.Passed(publish.Batch.Number, []));
            }
            return default;
        }
    }

    private sealed class Nobody<T> : Actor<T>
    {
        protected override ValueTask Receive(T message) => default;
    }
}
