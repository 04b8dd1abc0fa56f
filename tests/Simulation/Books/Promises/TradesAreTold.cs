using Oddswire.Simulation.Books.Readers;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Books.Promises;

/// <summary>What is traded is told to everybody who has the book, however slowly he reads: a trade that one is told of, all are.</summary>
internal sealed class TradesAreTold(BookWorkload books) : Invariant
{
    // A client that has just asked for more hears what is held back for it then.
    private static readonly TimeSpan HeldBack = TimeSpan.FromSeconds(5);

    private readonly HashSet<(Process, string)> _trades = [];
    private readonly HashSet<(SimLink, string)> _told = [];

    internal override void On(Observation seen)
    {
        if (seen is not ReaderObservation.Told { What: { Kind: "last_trade_price", Token: { } token } trade } told)
            return;
        _told.Add((told.Link, trade.Text));
        if (!_trades.Add((told.Link.Process, trade.Text)))
            return;
        var at = World.Clock.Elapsed;
        foreach (var other in books.Readers)
        {
            if (other.Link is { ClosedWith: null } link && link.Process == told.Link.Process && other.BookOf(token) is { } book && book.Since < at - HeldBack)
                World.After(HeldBack, () => Look(other, link, book, token, trade, at));
        }
    }

    private void Look(Reader reader, SimLink link, ReaderBook book, string token, MarketTold trade, TimeSpan at)
    {
        var isStillThere = reader.Link == link && reader.BookOf(token) == book && link is { ClosedWith: null, Process: { Alive: true, Paused: false } } && !(link.Process.WokeAt > at);
        if (isStillThere && !_told.Contains((link, trade.Text)))
            Fail($"{reader} was not told what others were told at {at}: {trade.Text}");
    }
}
