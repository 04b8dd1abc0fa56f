using System.Collections.Immutable;

namespace Oddswire.Simulator.World;

public enum LogKind { OrderFilled, FeeCharged, OrdersMatched }

// One OrderFilled log, numbered in the order of the chain: one row of /sim/fills, one event of Dome.
public sealed record Fill(long Number, Settlement Settlement, Execution Execution, int LogIndex);

public readonly record struct ChainLog(int Index, LogKind Kind, Fill? Fill);

// A match in a block. A reorg marks it removed; should the match be mined again, that is another settlement.
public sealed class Settlement(Match match, Block block, int transactionIndex)
{
    public Match Match { get; } = match;

    public Block Block { get; } = block;

    public int TransactionIndex { get; } = transactionIndex;

    public ImmutableArray<ChainLog> Logs { get; internal set; } = [];

    public bool Removed { get; internal set; }
}
