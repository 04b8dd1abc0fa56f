namespace Oddswire.Simulator.World.Us;

// What the US venue's sockets hear, in the order in which it happens.
public interface IUsObserver
{
    void BookChanged(UsMarket market);

    void Traded(UsPrint print);

    void OrderChanged(UsExecution execution);

    void PositionChanged(UsPositionEntry entry);

    void BalanceChanged(UsBalanceEntry entry);
}
