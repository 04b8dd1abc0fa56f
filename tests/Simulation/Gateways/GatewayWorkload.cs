using Oddswire.Actors;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ledger;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Routing;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Gateways.Durable;
using Oddswire.Simulation.Gateways.Promises;
using Oddswire.Simulation.Gateways.Store;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues.Dome;

namespace Oddswire.Simulation.Gateways;

/// <summary>The whole path: venues, one gateway of real actors that starts anew after each crash on what its store holds, and clients.</summary>
internal sealed class GatewayWorkload : Workload
{
    private readonly World _world;
    private readonly MemoryTape _file;
    private readonly Door _door;
    private readonly List<DurableWhims> _whims = [];

    internal GatewayWorkload(World world, GatewayShape shape)
    {
        _world = world;
        Shape = shape;
        _file = new MemoryTape(shape.Keep);
        Street = new Street(world.Clock, new SimulatorSettings { World = shape.Venues });
        Weather = new Weather(world, Street, "rtds", "polygon", "gamma");
        _door = new Door(world, Street, "rtds", "polygon");
        Truth = new Truth(Street);
        Troubles = new Troubles(world);
        Record = new TapeRecord(world);
        Timing = new Timing(Truth, Troubles);
    }

    internal GatewayShape Shape { get; }
    internal Street Street { get; }
    internal Weather Weather { get; }
    internal Truth Truth { get; }
    internal Troubles Troubles { get; }
    internal TapeRecord Record { get; }
    internal Timing Timing { get; }
    internal Key Key { get; } = new("desk", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise));
    internal List<Subscriber> Clients { get; } = [];
    internal List<DurableClient> DurableClients { get; } = [];

    /// <summary>The gateway that takes clients now.</summary>
    internal Gateway? Open => _door.Open;

    /// <summary>
    /// RTDS may have told its rows twice over one connection. A row has no name of its own: nobody can tell a repetition from a second equal
    /// order, until the chain says how many there were.
    /// </summary>
    internal bool IsRepeated(Fill fill) => Timing.KnownAt(fill) is var at && Weather.IsFelt("rtds", at, at + TimeSpan.FromSeconds(30), FaultKind.Duplicate);

    /// <summary>The gateway may have missed what its chain told: it was not there, or the feed was not well.</summary>
    internal bool WasDeaf { get; set; }

    /// <summary>
    /// The chain took logs of it back at a time when the gateway may have been deaf. A node tells that once, to who listens; what was
    /// at a place of a block before nobody can know afterwards.
    /// </summary>
    internal bool IsBlurred(TxHash tx) => WasDeaf && Truth.Of(tx).Any(static fill => fill.Settlement.Removed);

    /// <summary>
    /// A reorg moved it within a block of the same number, and there is no chain feed: by a Dome server's events nobody can tell that from a second fill of
    /// the order, and it is told as one.
    /// </summary>
    internal bool LooksLikeTwo(Fill fill) => !Shape.HasChain && Truth.Of(fill.Tx)
        .Where(log => Truth.Bytes(log.Execution.Order.Hash) == fill.Order?.Value)
        .GroupBy(static log => log.Settlement.Block.Number)
        .Any(static block => block.DistinctBy(static log => log.LogIndex).Count() > 1);

    internal override IEnumerable<Invariant> Invariants =>
    [
        new RecordKeeper(this), new DeliveriesFollowTheTape(this), new FieldsAreTrue(this), new LateIsMarked(this), new GapsAreOnRecord(this),
        new TapeIsTheTruth(this), new SlowClientsLeave(this), new EverybodyIsServed(this), new DurableIsComplete(this),
    ];

    /// <summary>As the ledger has them.</summary>
    internal List<Gap> Gaps()
    {
        var (codec, gaps) = (new LedgerCodec(), new Dictionary<GapId, Gap>());
        foreach (var entry in _world.Database.JournalOf("ledger"))
        {
            if (codec.ReadEvent(entry.Payload.Span) is LedgerEvent.GapChanged changed)
                gaps[changed.Gap.Id] = changed.Gap;
        }
        return [.. gaps.Values];
    }

    internal override void Begin()
    {
        for (var number = 1; number <= Shape.Clients; number++)
            new Whims(_world, Street, Add(extended: _world.Seed.For($"kind {number}").Chance(0.6))).Begin();
        for (var number = 1; number <= Shape.DurableClients; number++)
        {
            var filters = new Filters(Street, _world.Seed.For($"durable filters {number}"));
            var whims = new DurableWhims(_world, AddDurable(filters.Next()), filters.Next);
            _whims.Add(whims);
            whims.Begin();
        }
        if (Shape.FaultsPerMinute > 0)
            Weather.Begin(Shape.FaultsPerMinute);
    }

    internal Subscriber Add(bool extended)
    {
        Clients.Add(new Subscriber(_world, this, Clients.Count + 1, extended));
        return Clients[^1];
    }

    internal DurableClient AddDurable(OrderFilter filter)
    {
        DurableClients.Add(new DurableClient(_world, this, DurableClients.Count + 1, filter));
        return DurableClients[^1];
    }

    internal override void Boot(Process process) => _ = Run(process);

    internal override void Stopping(Process process) => _door.Stopping(process);

    internal override void Ended(Process process)
    {
        _door.Ended(process);
        foreach (var client in Clients)
            client.Died(process);
        foreach (var client in DurableClients)
            client.Died(process);
    }

    internal override void Heal()
    {
        Weather.Heal();
        foreach (var client in Clients)
            client.Read(true);
        foreach (var whims in _whims)
            whims.Heal();
        _door.Heal();
        // The last fills are made early enough to settle.
        _world.After(TimeSpan.FromMinutes(2.5), () => Street.Use(static standIn => standIn.World.Pause()));
    }

    internal override bool Expects(Exception cause) => cause
        is ConnectionLost or TapeUnavailableException or CatalogFailedException or DialFailedException or UpstreamClosedException;

    /// <summary>A tape whose store cannot be opened.</summary>
    internal override bool ExpectsToEnd(Exception cause) => cause is TapeUnavailableException;

    internal override bool Expects(Process process, DeadLetter letter) => letter.Reason switch
    {
        "failed" => letter.Cause is not null,       // which is looked at by itself
        "stopped" => process.Stopping || ComesAndGoes(letter.To?.Path ?? "", letter.Message),
        "killed" => process.Stopping,
        "late reply" => !_world.IsSettled,
        _ => false,
    };

    /// <summary>
    /// Somebody that others may still talk to when it is gone: a socket, what it subscribed to, a venue's connection. The hub of what nobody
    /// follows any more hears of routes, but never gets fills to pass on; what is durable does not go.
    /// </summary>
    private bool ComesAndGoes(string path, object? message) => path.Split('/') switch
    {
        ["", "sessions", _] or ["", "feeds", _, _] => true,
        ["", "wallets" or "markets", _] => message is HubCommand.Add or HubCommand.Remove,
        ["", "subscriptions", var id] => DurableClients.TrueForAll(client => client.Book.Id.ToString() != id),
        _ => false,
    };

    public override string ToString() => Shape.ToString();

    /// <summary>What the host does: the lease, the store, the tree.</summary>
    private async Task Run(Process process)
    {
        var tape = _world.Plant.Tape(new SimTape(process, _file, Troubles));
        var (lease, head) = await Door.Insist(process, async lease => (lease, await tape.Open()));
        if (process.Stopping)
            return;
        await _door.Run(process, new TopologyOptions(
            tape, _world.Plant.Upstream(_door.Upstream(process)), new SimCatalog(process, Street), lease.Fence, Shape.Tape, Shape.Sessions, [.. Feeds(head.SweptBlock)]));
    }

    private IEnumerable<FeedSettings> Feeds(long? sweptBlock)
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), Jitter.Full);
        if (Shape.HasRtds)
        {
            yield return new FeedSettings("rtds", SourceKind.Witness, Address("rtds"), () => _world.Plant.Conversation(new RtdsConversation(TimeSpan.FromSeconds(5))))
            {
                Redial = Shape.Redial,
                Backoff = backoff,
            };
        }
        if (Shape.HasChain)
        {
            var cursor = new SweepCursor { Through = sweptBlock };
            var rules = new PolygonRules(LogFilter.All, GatewayShape.Sweep, Shape.Range, Shape.Confirmations) { Heartbeat = TimeSpan.FromSeconds(10) };
            yield return new FeedSettings("polygon", SourceKind.Chain, Address("polygon"), () => new PolygonConversation(rules, cursor))
            {
                Silence = TimeSpan.FromSeconds(30),
                Redial = Shape.Redial,
                Backoff = backoff,
            };
        }
        if (Shape.HasDome)
        {
            var rules = new DomeRules(DomeTier.Dev.Subscriptions, DomeTier.Dev.Items, TimeSpan.FromSeconds(30));
            yield return new FeedSettings("dome", SourceKind.Follower, Address("dome", "demo-dev"), () => new DomeConversation(rules))
            {
                Silence = null,
                TakesInterest = true,
                Backoff = backoff,
            };
        }
    }

    private static UpstreamAddress Address(string venue, string path = "") => new(new Uri($"ws://{venue}/{path}"), []);
}
