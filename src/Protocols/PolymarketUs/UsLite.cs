using Oddswire.Messages.Values;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>The top of a book and what it traded last. What a market does not have is missing.</summary>
public readonly record struct UsLite(string Slug)
{
    public WrittenDecimal? CurrentPx { get; init; }
    public WrittenDecimal? LastTradePx { get; init; }
    public WrittenDecimal? SettlementPx { get; init; }
    public WrittenDecimal? BestBid { get; init; }
    public WrittenDecimal? BestAsk { get; init; }
    public WrittenDecimal? LongQuote { get; init; }
    public WrittenDecimal? ShortQuote { get; init; }

    /// <summary>How many levels.</summary>
    public int? BidDepth { get; init; }

    public int? AskDepth { get; init; }

    /// <summary>Rounded by the venue to two significant figures.</summary>
    public WrittenDecimal? BidShares { get; init; }

    public WrittenDecimal? AskShares { get; init; }
    public WrittenDecimal? SharesTraded { get; init; }
    public WrittenDecimal? OpenInterest { get; init; }
    public UsMarketState? State { get; init; }
}
