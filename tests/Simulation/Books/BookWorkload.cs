using Oddswire.Actors;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulation.Books.Promises;
using Oddswire.Simulation.Books.Readers;
using Oddswire.Simulation.Books.Venues;
using Oddswire.Simulation.Gateways;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.World;

namespace Oddswire.Simulation.Books;

/// <summary>Order books the whole way: the venue, a gateway of real actors that starts anew after each crash, and programs that read books.</summary>
internal sealed class BookWorkload : Workload
{
    internal const string Venue = "clob-market";

    private readonly World _world;
    private readonly BookShape _shape;
    private readonly Weather _weather;
    private readonly Dictionary<Process, SimUpstream> _upstreams = [];

    internal BookWorkload(World world, BookShape shape)
    {
        (_world, _shape) = (world, shape);
        Street = new Street(world, shape.Venues);
        History = new BookHistory(Street, world);
        _weather = new Weather(world, Street, Venue);
    }

    internal Street Street { get; }
    internal BookHistory History { get; }
    internal Key Key { get; } = new("desk", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise));
    internal List<Reader> Readers { get; } = [];

    /// <summary>The gateway that takes clients now.</summary>
    internal Gateway? Open { get; private set; }

    internal IEnumerable<OutcomeToken> Trading => Street.Seen.World.Markets.Open.SelectMany(static market => market.Tokens);

    internal override IEnumerable<Invariant> Invariants =>
        [new OnlyTheVenuesBooks(this), new BooksComeRight(this), new TradesAreTold(this), new OneSubscription(this), new DoubtIsSilent()];

    internal override void Begin()
    {
        for (var number = 1; number <= _shape.Readers; number++)
        {
            Readers.Add(new Reader(_world, this, number, extended: _world.Seed.For($"kind {number}").Chance(0.6)));
            new ReaderWhims(_world, this, Readers[^1]).Begin();
        }
        if (_shape.FaultsPerMinute > 0)
            _weather.Begin(_shape.FaultsPerMinute);
    }

    internal override void Boot(Process process) => _ = Run(process);

    internal override void Stopping(Process process)
    {
        if (Open?.Process == process)
            Open.Topology.Sessions!.Tell(new SessionsMessage.Broadcast(new SessionMessage.Leave(CloseReason.PlannedStop), ExtendedOnly: false));
        Close(process);
    }

    internal override void Ended(Process process)
    {
        Close(process);
        if (_upstreams.Remove(process, out var upstream))
            upstream.End();
        foreach (var reader in Readers)
            reader.Died(process);
    }

    internal override void Heal()
    {
        _weather.Heal();
        foreach (var reader in Readers)
            reader.Read(true);
        // What the venue refused for good waits for an operator.
        foreach (var seconds in (int[])[5, 60])
            _world.After(TimeSpan.FromSeconds(seconds), Retry);
    }

    internal override bool Expects(Exception cause) => cause is ConnectionLost or DialFailedException or UpstreamClosedException or BooksUnansweredException;

    /// <summary>Sockets, connections and the markets that nobody follows any more: others may still talk to them.</summary>
    internal override bool Expects(Process process, DeadLetter letter) => letter.Reason switch
    {
        "failed" => letter.Cause is not null,
        "stopped" => process.Stopping || (letter.To?.Path ?? "").Split('/') is ["", "sessions", _] or ["", "feeds", _, _] or ["", "books", _],
        "killed" => process.Stopping,
        "late reply" => !_world.IsSettled,
        _ => false,
    };

    public override string ToString() => _shape.ToString();

    private async Task Run(Process process)
    {
        var lease = await Seize(process);
        if (process.Stopping)
            return;
        var upstream = _upstreams[process] = new SimUpstream(process, Street);
        var source = new SimBooks(process, Street);
        var topology = new Topology(process.System, new TopologyOptions(
            new MemoryTape(1_000), _world.Plant.Upstream(upstream), new SimCatalog(process, Street), lease.Fence, new TapeRules { HasChain = false }, _shape.Sessions, [])
        {
            BookFeed = Feed(),
            BookSource = source,
        });
        Open = new Gateway(process, topology);
        await process.System.Terminated;
        if (!process.Stopping)
            process.End(inGoodOrder: false);
    }

    private static async Task<Lease> Seize(Process process)
    {
        while (true)
        {
            try
            {
                return await process.Leases.Seize("gateway", process.System.Node, TimeSpan.FromSeconds(10));
            }
            catch (LeasesUnavailableException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), process.Clock);
            }
        }
    }

    private BookFeedSettings Feed()
    {
        var rules = new ClobMarketRules(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25), TokensPerFrame: 500);
        return new(new FeedSettings(Venue, SourceKind.Follower, new(new Uri($"ws://{Venue}/"), []), () => _world.Plant.Conversation(new ClobMarketConversation(rules)))
        {
            Silence = null,
            TakesInterest = true,
            Backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), Jitter.Full),
        })
        {
            TokensPerConnection = _shape.TokensPerConnection,
            FramesPerSecond = _shape.FramesPerSecond,
        };
    }

    private void Retry()
    {
        if (Open is { } gateway)
            gateway.Process.Post(() => _ = Retry(gateway));
    }

    private static async Task Retry(Gateway gateway)
    {
        try
        {
            await gateway.Process.System.Ask<FeedsMessage, bool>(gateway.Topology.Feeds, static reply => new FeedsMessage.Retry(Venue, reply), TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            // it is on its way down
        }
    }

    private void Close(Process process)
    {
        if (Open?.Process == process)
            Open = null;
    }
}
