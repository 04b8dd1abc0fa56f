using Oddswire.Messages.Values;

namespace Oddswire.Messages.Orders;

/// <summary>One OrderFilled log. It has no time of its own: the block's header gives it, and with it the fill.</summary>
public sealed record ChainFill
{
    public required TokenId Token { get; init; }
    public required Side Side { get; init; }
    public required Quantity Shares { get; init; }
    public required Price Price { get; init; }

    /// <summary>As the log says it, never recomputed: collateral since V2, the received asset in V1.</summary>
    public required Quantity Fee { get; init; }
    public required OrderHash Order { get; init; }
    public required WalletId User { get; init; }
    public required WalletId Taker { get; init; }
    public required WalletId Exchange { get; init; }
    public required TxHash Tx { get; init; }
    public required long Block { get; init; }
    public required int LogIndex { get; init; }

    /// <summary>Which block of that number: after a reorg there are two.</summary>
    public Bytes32? BlockHash { get; init; }

    /// <summary>A reorg took this log back.</summary>
    public bool Removed { get; init; }

    /// <summary>Unix seconds, from nodes that add it to their logs.</summary>
    public long? BlockTime { get; init; }

    public Fill At(long timestamp, MarketText? market = null) => new()
    {
        Token = Token,
        Side = Side,
        Shares = Shares,
        Price = Price,
        Tx = Tx,
        User = User,
        Timestamp = timestamp,
        Block = Block,
        LogIndex = LogIndex,
        Order = Order,
        Taker = Taker,
        Market = market ?? MarketText.Unknown,
    };
}
