using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Tests.World;

// A world in virtual time, with all that it told.
internal sealed class WorldRun : IWorldObserver
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, 500, TimeSpan.Zero);

    public WorldRun(WorldSettings? settings = null, DateTimeOffset? start = null)
    {
        Agenda = new Agenda(start ?? Start);
        World = new SimulatedWorld(settings ?? new WorldSettings(), Agenda, this);
    }

    public Agenda Agenda { get; }

    public SimulatedWorld World { get; }

    public List<Match> Matches { get; } = [];

    public List<Block> Blocks { get; } = [];

    public List<Block> UnwoundBlocks { get; } = [];

    public int BookChanges { get; private set; }

    public int TickChanges { get; private set; }

    public List<Market> SettledMarkets { get; } = [];

    public IEnumerable<Fill> Fills => Blocks.SelectMany(FillsOf);

    public static IEnumerable<Fill> FillsOf(Block block) =>
        block.Settlements.SelectMany(settlement => settlement.Logs).Where(log => log.Fill is not null).Select(log => log.Fill!);

    public WorldRun Run(TimeSpan time)
    {
        Agenda.Advance(Agenda.Now + time);
        return this;
    }

    public WorldRun Run(int seconds) => Run(TimeSpan.FromSeconds(seconds));

    public void Matched(Match match) => Matches.Add(match);

    public void Mined(Block block) => Blocks.Add(block);

    public void Unwound(Block block) => UnwoundBlocks.Add(block);

    public void BookChanged(Market market, IReadOnlyList<BookChange> changes) => BookChanges += changes.Count;

    public void TickChanged(Market market, int before) => TickChanges++;

    public void Opened(Market market)
    {
        // Those of the beginning are told while the world is made.
    }

    public void Settled(Market market) => SettledMarkets.Add(market);
}
