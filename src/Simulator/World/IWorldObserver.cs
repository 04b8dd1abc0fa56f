namespace Oddswire.Simulator.World;

// What the venues hear of the world, in the order in which it happens.
public interface IWorldObserver
{
    void Matched(Match match);

    void Mined(Block block);

    // By a reorg; the settlements say removed.
    void Unwound(Block block);
}
