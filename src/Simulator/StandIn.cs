using Oddswire.Simulator.Faults;
using Oddswire.Simulator.Venues;
using Oddswire.Simulator.Venues.Clob;
using Oddswire.Simulator.Venues.Dome;
using Oddswire.Simulator.Venues.Gamma;
using Oddswire.Simulator.Venues.Polygon;
using Oddswire.Simulator.Venues.PolymarketUs;
using Oddswire.Simulator.Venues.Rtds;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator;

// The whole simulator without sockets and clock: one world, the venues that show it, and their faults. Not for several
// threads at once. The shell drives it in real time, a simulation in virtual time, over wires of its own.
public sealed class StandIn : IWorldObserver, IUsObserver
{
    private readonly Agenda _agenda;
    private readonly RtdsVenue _rtds;
    private readonly PolygonVenue _polygon;
    private readonly DomeVenue _dome;
    private readonly ClobMarketVenue _clobMarket;
    private readonly ClobUserVenue _clobUser;
    private readonly UsMarketsVenue _usMarkets;
    private readonly UsPrivateVenue _usPrivate;

    public StandIn(WorldSettings world, DateTimeOffset start) : this(new SimulatorSettings { World = world }, start)
    {
    }

    public StandIn(SimulatorSettings settings, DateTimeOffset start)
    {
        var seed = settings.World.Seed;
        _agenda = new Agenda(start);
        _rtds = new RtdsVenue(seed, _agenda, new VenueFaults(_agenda));
        _polygon = new PolygonVenue(seed, _agenda, new VenueFaults(_agenda), () => World!.Chain);
        var gamma = new GammaVenue(seed, _agenda, new VenueFaults(_agenda), () => World!.Markets);
        _dome = new DomeVenue(seed, _agenda, new VenueFaults(_agenda), settings.DomeKeys);
        _clobMarket = new ClobMarketVenue(_agenda, new VenueFaults(_agenda), () => World!.Markets);
        _clobUser = new ClobUserVenue(seed, _agenda, new VenueFaults(_agenda), () => World!);
        _usMarkets = new UsMarketsVenue(_agenda, new VenueFaults(_agenda), settings.UsKeys, settings.Us, () => Us!);
        _usPrivate = new UsPrivateVenue(_agenda, new VenueFaults(_agenda), settings.UsKeys, settings.Us, () => Us!);
        World = new SimulatedWorld(settings.World, _agenda, this);
        Us = new UsExchange(settings.World, _agenda, () => World.Paused, this);
        Venue[] all = [_rtds, _polygon, gamma, _dome, _clobMarket, _clobUser, _usMarkets, _usPrivate];
        Venues = [.. all.Where(venue => settings.Serves(venue.Name))];
        Faults = new FaultDesk(seed, _agenda, World, Venues);
    }

    public SimulatedWorld World { get; }

    public UsExchange Us { get; }

    public FaultDesk Faults { get; }

    public IReadOnlyList<Venue> Venues { get; }

    public DateTimeOffset Now => _agenda.Now;

    public DateTimeOffset? NextDue => _agenda.NextDue;

    // Nothing that was matched is still on its way to RTDS or the chain.
    public bool Settled => World.InFlight == 0 && _rtds.InFlight == 0;

    public void Advance(DateTimeOffset now) => _agenda.Advance(now);

    // By the venue's name: rtds, polygon, dome, clob-market, clob-user, us-markets, us-private.
    public Handshake Open(string venue, Dial dial, IWire wire) =>
        Venues.OfType<SocketVenue>().First(known => known.Name == venue).Open(dial, wire);

    // polygon, gamma, clob-market and clob-user.
    public HttpAnswer Ask(string venue, HttpQuestion question)
    {
        var name = HostOf(venue, question.Path);
        var known = Venues.First(known => known.Name == name && known is IAnswersHttp);
        return HttpFaults.Answer(known.Faults, (IAnswersHttp)known, question);
    }

    // The REST of the CLOB is one host: by whichever name a client comes, books are the market channel's and credentials the user channel's.
    private static string HostOf(string venue, string path) =>
        venue is not ("clob-market" or "clob-user") ? venue : path.StartsWith("/auth/", StringComparison.Ordinal) ? "clob-user" : "clob-market";

    // All steps are checked before the first one is planned.
    public void Play(Scenario scenario)
    {
        foreach (var step in scenario.Steps) Faults.Check(step.Fault);
        foreach (var step in scenario.Steps) _agenda.After(step.At, () => Faults.TryInject(step.Fault));
    }

    void IWorldObserver.Matched(Match match)
    {
        _rtds.Matched(match);
        _clobMarket.Matched(match);
        _clobUser.Matched(match);
    }

    void IWorldObserver.Mined(Block block)
    {
        _polygon.Mined(block);
        _dome.Mined(block);
        _clobUser.Mined(block);
    }

    void IWorldObserver.Unwound(Block block)
    {
        _polygon.Unwound(block);
        _clobUser.Unwound(block);
    }

    void IWorldObserver.BookChanged(Market market, IReadOnlyList<BookChange> changes) => _clobMarket.Changed(market, changes);

    void IWorldObserver.TickChanged(Market market, int before) => _clobMarket.TickChanged(market, before);

    void IWorldObserver.Opened(Market market) => _clobMarket.Opened(market);

    void IWorldObserver.Settled(Market market) => _clobMarket.Settled(market);

    void IUsObserver.BookChanged(UsMarket market) => _usMarkets.Changed(market);

    void IUsObserver.Traded(UsPrint print) => _usMarkets.Traded(print);

    void IUsObserver.OrderChanged(UsExecution execution) => _usPrivate.OrderChanged(execution);

    void IUsObserver.PositionChanged(UsPositionEntry entry) => _usPrivate.PositionChanged(entry);

    void IUsObserver.BalanceChanged(UsBalanceEntry entry) => _usPrivate.BalanceChanged(entry);
}
