namespace Oddswire.Messages.PolymarketUs;

/// <summary>What can be subscribed to at Polymarket US. Each of its two sockets has types of its own, and numbers them from one.</summary>
public enum UsSubscriptionType : byte
{
    /// <summary>None, or one that this socket does not know.</summary>
    Unspecified,
    MarketData,
    MarketDataLite,
    Trade,
    Order,
    OrderSnapshot,
    Position,
    AccountBalance,
    Rfq,
}
