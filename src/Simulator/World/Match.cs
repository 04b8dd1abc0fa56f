using System.Collections.Immutable;

namespace Oddswire.Simulator.World;

// One side of a match: how much of which order was filled. Amounts are raw, with six decimals. Counterparty is what
// the log calls taker: the taker's wallet on a maker's row, the exchange on the taker's own. Fee is in collateral.
public sealed record Execution(Order Order, Address Counterparty, long Shares, long Collateral, long Fee);

// One taker order against one or more maker orders: a transaction, and one OrderFilled log for each execution.
public sealed record Match(DateTimeOffset At, Word TransactionHash, Market Market, Execution Taker, ImmutableArray<Execution> Makers)
{
    public int Fills => Makers.Length + 1;
}
