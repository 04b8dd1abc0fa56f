using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// A match as it is told to one account, from MATCHED to CONFIRMED: each status once, whatever the chain does in between.
internal sealed class ClobTrade(ClobAccount account, Match match)
{
    private readonly HashSet<string> _told = [];

    public ClobAccount Account => account;

    public Match Match => match;

    // In a block that stands.
    public bool Mined { get; set; }

    public bool TellsNow(string status) => _told.Add(status);
}
