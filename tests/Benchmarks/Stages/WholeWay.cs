using System.Collections.Immutable;
using System.Diagnostics;
using Oddswire.Actors;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Benchmarks.Stages;

/// <summary>
/// The gateway's whole tree of actors between an upstream that hands it frames and clients that count bytes: all that the gateway does, and
/// nothing of what the kernel does. Every wallet is followed by so many clients.
/// </summary>
internal sealed class WholeWay : IUpstream, ICatalogSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Fills _fills = new();
    private readonly Venue _venue;
    private readonly Tally _tally = new();
    private readonly int _wallets;
    private readonly int _each;
    private int _next;

    private WholeWay(Venue venue, int clients, int each) => (_venue, _wallets, _each) = (venue, clients / each, each);

    internal static async Task<(double Nanoseconds, double Bytes)> Measure(int clients, int each, int batch, int batches)
    {
        var way = new WholeWay(new Venue(), clients, each);
        var leases = new InMemoryLeases(TimeProvider.System);
        var node = new NodeId("bench", 1);
        var system = new ActorSystem(new ActorSystemOptions { Node = node, Random = new Random(1), Journal = new InMemoryJournal(leases) });
        var lease = await leases.Seize("gateway", node, TimeSpan.FromHours(1));
        var feed = new FeedSettings("dome", SourceKind.Witness, new UpstreamAddress(new Uri("ws://127.0.0.1"), []), static () => new DomeConversation(new DomeRules(1, 1, Patience)))
        {
            Silence = null,
            TakesInterest = true,
        };
        var rules = new TapeRules { HasChain = false, LateAfter = TimeSpan.FromDays(10_000), Remembered = 20_000 };
        var topology = new Topology(system, new TopologyOptions(new MemoryTape(1_000), way, way, lease.Fence, rules, new SessionRules(), [feed]));
        for (var client = 0; client < clients; client++)
            await way.Join(topology, Fills.Wallet(client / each));
        for (var i = 0; i < batches / 2; i++)
            await way.Tell(batch);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < batches; i++)
            await way.Tell(batch);
        var result = (Stopwatch.GetElapsedTime(started).TotalNanoseconds / (batches * batch), (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / (batches * batch));
        await system.Stop(Patience);
        return result;
    }

    private async Task Join(Topology topology, WalletId wallet)
    {
        var key = new Key("bench", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise));
        var session = await topology.System.Ask(topology.Sessions!, (ActorRef<ActorRef<SessionMessage>> to) => new Accept(key, "127.0.0.1", Extended: false, new Client(_tally), to), Patience);
        var acknowledged = _tally.Expect(1);
        session.Tell(new SessionMessage.Heard(System.Text.Encoding.ASCII.GetBytes(
            $$$"""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["{{{wallet}}}"]}}""")));
        await acknowledged.WaitAsync(Patience);
    }

    private async Task Tell(int events)
    {
        var frames = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(events);
        for (var i = 0; i < events; i++)
            frames.Add(_fills.Next(Fills.Wallet(_next++ % _wallets)));
        var delivered = _tally.Expect(events * _each);
        _venue.Tell(frames.MoveToImmutable());
        await delivered.WaitAsync(Patience);
    }

    public ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel) => new(_venue);

    public ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel) => new([]);

    /// <summary>A Dome server with one subscription, to which it tells what it is given.</summary>
    private sealed class Venue : IUpstreamSocket
    {
        private readonly System.Threading.Channels.Channel<ImmutableArray<ReadOnlyMemory<byte>>> _frames =
            System.Threading.Channels.Channel.CreateUnbounded<ImmutableArray<ReadOnlyMemory<byte>>>();

        internal void Tell(ImmutableArray<ReadOnlyMemory<byte>> frames) => _frames.Writer.TryWrite(frames);

        public ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel) => _frames.Reader.ReadAsync(cancel);

        public void Send(ReadOnlyMemory<byte> text)
        {
            if (text.Span.IndexOf("unsubscribe"u8) < 0)
                Tell(["""{"type":"ack","subscription_id":"sub_0upstream0"}"""u8.ToArray()]);
        }

        public ValueTask DisposeAsync() => default;
    }

    /// <summary>Counts what all clients have been sent.</summary>
    private sealed class Tally
    {
        private TaskCompletionSource _all = new();
        private int _left;

        internal Task Expect(int frames)
        {
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _left, frames);
            return _all.Task;
        }

        internal void Sent()
        {
            if (Interlocked.Decrement(ref _left) == 0)
                _all.SetResult();
        }
    }

    private sealed class Client(Tally tally) : IClientConnection
    {
        public void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail) => tally.Sent();
        public long Flush() => 0;
        public void Ping() { }
        public void Close(int code, string reason) { }
        public void Abort() { }
    }
}
