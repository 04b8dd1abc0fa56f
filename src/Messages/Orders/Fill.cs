using Oddswire.Messages.Values;

namespace Oddswire.Messages.Orders;

/// <summary>
/// One order, filled in part or whole: one OrderFilled log, one Dome event. What only the chain knows is null until the
/// log is known; a source that tells less (RTDS) makes the same record with less in it.
/// </summary>
public sealed record Fill
{
    public required TokenId Token { get; init; }
    public required Side Side { get; init; }
    public required Quantity Shares { get; init; }
    public required Price Price { get; init; }
    public required TxHash Tx { get; init; }

    /// <summary>The owner of the order.</summary>
    public required WalletId User { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long Timestamp { get; init; }

    public long? Block { get; init; }
    public int? LogIndex { get; init; }
    public OrderHash? Order { get; init; }

    /// <summary>The counterparty; the exchange itself in the taker's own fill.</summary>
    public WalletId? Taker { get; init; }

    /// <summary>A witness says that this is the order that was matched. What the chain tells says it by <see cref="Taker"/>.</summary>
    public bool IsTaker { get; init; }

    public MarketText Market { get; init; } = MarketText.Unknown;
}
