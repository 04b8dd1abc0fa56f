using Oddswire.Actors;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Tape;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Keys;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulation.Books.Promises;
using Oddswire.Simulation.Books.Readers;
using Oddswire.Simulation.Books.Venues;
using Oddswire.Simulation.Gateways;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator;
using Oddswire.Simulator.World;

namespace Oddswire.Simulation.Books;

/// <summary>Order books the whole way: the venue, a gateway of real actors that starts anew after each crash, and programs that read books.</summary>
internal sealed class BookWorkload : Workload
{
    internal const string Venue = "clob-market";

    private readonly World _world;
    private readonly BookShape _shape;
    private readonly Weather _weather;
    private readonly Door _door;

    internal BookWorkload(World world, BookShape shape)
    {
        (_world, _shape) = (world, shape);
        Street = new Street(world.Clock, new SimulatorSettings { World = shape.Venues });
        History = new BookHistory(Street, world.Clock);
        _weather = new Weather(world, Street, Venue);
        _door = new Door(world, Street, Venue);
    }

    internal Street Street { get; }
    internal BookHistory History { get; }
    internal Key Key { get; } = new("desk", Tier.Enterprise, ["stream"], KeyLimits.Of(Tier.Enterprise));
    internal List<Reader> Readers { get; } = [];

    /// <summary>The gateway that takes clients now.</summary>
    internal Gateway? Open => _door.Open;

    internal IEnumerable<OutcomeToken> Trading => Street.StandIn.World.Markets.Open.SelectMany(static market => market.Tokens);

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

    internal override void Stopping(Process process) => _door.Stopping(process);

    internal override void Ended(Process process)
    {
        _door.Ended(process);
        foreach (var reader in Readers)
            reader.Died(process);
    }

    internal override void Heal()
    {
        _weather.Heal();
        foreach (var reader in Readers)
            reader.Read(true);
        _door.Heal();
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
        var lease = await Door.Insist(process, static lease => ValueTask.FromResult(lease));
        if (process.Stopping)
            return;
        await _door.Run(process, new TopologyOptions(
            new MemoryTape(1_000), _world.Plant.Upstream(_door.Upstream(process)), new SimCatalog(process, Street), lease.Fence, new TapeRules { HasChain = false }, _shape.Sessions, [])
        {
            BookFeed = Feed(),
            BookSource = new SimBooks(process, Street),
        });
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
}
