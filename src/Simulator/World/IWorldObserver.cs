namespace Oddswire.Simulator.World;

// What the venues hear of the world, in the order in which it happens.
public interface IWorldObserver
{
    void Matched(Match match);

    void Mined(Block block);

    // By a reorg; the settlements say removed.
    void Unwound(Block block);

    // The second outcome's book has changed along with the first's.
    void BookChanged(Market market, IReadOnlyList<BookChange> changes);

    void TickChanged(Market market, int before);

    void Opened(Market market);

    // Nothing trades there any more, and its outcome is official.
    void Settled(Market market);
}
