using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
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

/// <summary>So many clients, each with so many subscriptions of so many wallets; every wallet is followed by as many of them as an event is for.</summary>
internal sealed record Crowd(int Clients, int Subscriptions = 1, int Wallets = 1, int Each = 1)
{
    internal int All => Clients / Each * Subscriptions * Wallets;
}

/// <summary>What an event cost: time, of which the garbage collector stopped everybody for so long, and memory.</summary>
internal readonly record struct WayCost(double Nanoseconds, double Paused, double Bytes);

/// <summary>
/// The gateway's whole tree of actors between an upstream that hands it frames and clients that count bytes: all that the gateway does, and
/// nothing of what the kernel does.
/// </summary>
internal sealed class WholeWay : IUpstream, ICatalogSource, IAsyncDisposable
{
    // Of however many wallets are followed, so many trade: what grows is the crowd, and not what happens.
    private const int Trading = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Fills _fills = new();
    private readonly Venue _venue = new();
    private readonly Tally _tally = new();
    private readonly Crowd _crowd;
    private readonly Topology _topology;
    private int _next;

    private WholeWay(Crowd crowd, ActorSystem system, Fence fence)
    {
        _crowd = crowd;
        var feed = new FeedSettings("dome", SourceKind.Witness, new UpstreamAddress(new Uri("ws://127.0.0.1"), []), static () => new DomeConversation(new DomeRules(1, 1, Patience)))
        {
            Silence = null,
            TakesInterest = true,
        };
        var rules = new TapeRules { HasChain = false, LateAfter = TimeSpan.FromDays(10_000), Remembered = 20_000 };
        _topology = new Topology(system, new TopologyOptions(new MemoryTape(1_000), this, this, fence, rules, new SessionRules(), [feed]));
    }

    /// <summary>What the crowd's coming has left in memory.</summary>
    internal long Bytes { get; private set; }

    internal static async Task<WholeWay> Start(Crowd crowd)
    {
        var leases = new InMemoryLeases(TimeProvider.System);
        var node = new NodeId("bench", 1);
        var system = new ActorSystem(new ActorSystemOptions { Node = node, Random = Random.Shared, Journal = new InMemoryJournal(leases) });
        var lease = await leases.Seize("gateway", node, TimeSpan.FromHours(1));
        var way = new WholeWay(crowd, system, lease.Fence);
        var before = Kept();
        for (var client = 0; client < crowd.Clients; client++)
            await way.Join(client);
        way.Bytes = Kept() - before;
        return way;
    }

    // What went before has to be gone.
    private static long Kept()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    internal static async Task<WayCost> Measure(Crowd crowd, int batch, int batches)
    {
        await using var way = await Start(crowd);
        await way.Run(batch, batches / 2);
        return await way.Run(batch, batches);
    }

    /// <summary>Of each event.</summary>
    internal async Task<WayCost> Run(int batch, int batches)
    {
        var (allocated, paused) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalPauseDuration());
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < batches; i++)
            await Tell(batch);
        var (took, events) = (Stopwatch.GetElapsedTime(started), (double)batches * batch);
        return new(took.TotalNanoseconds / events, (GC.GetTotalPauseDuration() - paused).TotalNanoseconds / events, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / events);
    }

    public async ValueTask DisposeAsync()
    {
        await _topology.System.Stop(Patience);
        await _venue.DisposeAsync();
    }

    private async Task Join(int client)
    {
        var limits = KeyLimits.Of(Tier.Enterprise) with { Subscriptions = int.MaxValue, CommandsPerSecond = int.MaxValue, Connections = int.MaxValue };
        var key = new Key("bench", Tier.Enterprise, ["stream"], limits);
        var session = await _topology.System.Ask(_topology.Sessions!, (ActorRef<ActorRef<SessionMessage>> to) => new Accept(new SocketClient(key, "127.0.0.1", Extended: false, new Client(_tally)), to), Patience);
        var acknowledged = _tally.Expect(_crowd.Subscriptions);
        for (var subscription = 0; subscription < _crowd.Subscriptions; subscription++)
        {
            var first = ((client / _crowd.Each * _crowd.Subscriptions) + subscription) * _crowd.Wallets;
            var wallets = string.Join("\",\"", Enumerable.Range(first, _crowd.Wallets).Select(Fills.Wallet));
            session.Tell(new SessionMessage.Heard(Encoding.ASCII.GetBytes(
                $$$"""{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["{{{wallets}}}"]}}""")));
        }
        await acknowledged.WaitAsync(Patience);
    }

    private async Task Tell(int events)
    {
        var trading = Math.Min(_crowd.All, Trading);
        var frames = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(events);
        for (var i = 0; i < events; i++)
            frames.Add(_fills.Next(Fills.Wallet(_next++ % trading * (_crowd.All / trading))));
        var delivered = _tally.Expect(events * _crowd.Each);
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
