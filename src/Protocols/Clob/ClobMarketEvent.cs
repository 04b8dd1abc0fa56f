using Oddswire.Messages.Books;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Clob;

public enum ClobEventKind : byte
{
    /// <summary>An event that the gateway only hands on, or one that does not exist yet.</summary>
    Other,
    Book,
    PriceChange,
    LastTrade,
    TickSize,
    BestBidAsk,
    NewMarket,
    Resolved,
    Malformed,
}

/// <summary>
/// One event of the market channel as it was last read: a reader's scratch, filled again and again, so that reading
/// allocates nothing in steady state. What is to be kept is copied.
/// </summary>
public sealed class ClobMarketEvent
{
    public ClobEventKind Kind { get; internal set; }

    /// <summary>Where the event stands in its frame: what is handed on is these bytes.</summary>
    public Range Json { get; internal set; }

    /// <summary>What is missing or wrong, of a malformed one.</summary>
    public string? Problem { get; internal set; }

    public ConditionId? Market { get; internal set; }
    public TokenId? Token { get; internal set; }

    /// <summary>Unix milliseconds. Of an opening book the time of its last change, which may be long ago.</summary>
    public long Timestamp { get; internal set; }

    public BookHash? Hash { get; internal set; }

    public List<BookLevel> Bids { get; } = [];
    public List<BookLevel> Asks { get; } = [];

    /// <summary>Of both outcome tokens: what is bought of the one is sold of the other.</summary>
    public List<BookChange> Changes { get; } = [];

    /// <summary>Of an opening book, and the new one of a change of tick size.</summary>
    public WrittenDecimal? TickSize { get; internal set; }

    /// <summary>Of an opening book; null while nothing was ever traded.</summary>
    public WrittenDecimal? LastTradePrice { get; internal set; }

    public bool IsV2 { get; internal set; }

    /// <summary>Both are told by REST alone.</summary>
    public WrittenDecimal? MinOrderSize { get; internal set; }
    public bool? NegativeRisk { get; internal set; }

    /// <summary>Of a trade, with the side of the taker.</summary>
    public WrittenDecimal? Price { get; internal set; }
    public WrittenDecimal? Size { get; internal set; }
    public Side? Side { get; internal set; }
    public TxHash? Tx { get; internal set; }

    public WrittenDecimal? BestBid { get; internal set; }
    public WrittenDecimal? BestAsk { get; internal set; }

    /// <summary>Of a new or resolved market.</summary>
    public List<TokenId> Tokens { get; } = [];

    internal ClobMemo Memo { get; } = new();

    internal void Clear()
    {
        Kind = ClobEventKind.Other;
        Problem = null;
        Market = null;
        Token = null;
        Timestamp = 0;
        Hash = null;
        Bids.Clear();
        Asks.Clear();
        Changes.Clear();
        (TickSize, LastTradePrice, IsV2) = (null, null, false);
        (MinOrderSize, NegativeRisk) = (null, null);
        (Price, Size, Side, Tx) = (null, null, null, null);
        (BestBid, BestAsk) = (null, null);
        Tokens.Clear();
    }
}
