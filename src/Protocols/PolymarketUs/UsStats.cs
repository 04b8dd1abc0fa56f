using Oddswire.Messages.Values;

namespace Oddswire.Protocols.PolymarketUs;

// Named as on the wire, but for the first letter.

public enum UsStatAmount : byte { OpenPx, ClosePx, LowPx, HighPx, LastTradePx, IndicativeOpenPx, SettlementPx, CurrentPx, TradingReferencePx, NotionalTraded }

public enum UsStatQuantity : byte { SharesTraded, LastTradeQty, OpenInterest }

public enum UsStatTime : byte
{
    OpenSetTime, CloseSetTime, HighSetTime, LowSetTime, LastTradeSetTime, IndicativeOpenSetTime, SettlementSetTime, OpenInterestSetTime, NotionalSetTime, TradingReferenceSetTime,
}

/// <summary>What a book tells of its market besides the levels; all of it may be missing.</summary>
public sealed class UsStats
{
    private readonly WrittenDecimal?[] _amounts = new WrittenDecimal?[Enum.GetValues<UsStatAmount>().Length];
    private readonly WrittenDecimal?[] _quantities = new WrittenDecimal?[Enum.GetValues<UsStatQuantity>().Length];
    private readonly UsTime?[] _times = new UsTime?[Enum.GetValues<UsStatTime>().Length];

    public WrittenDecimal? this[UsStatAmount stat]
    {
        get => _amounts[(int)stat];
        set => _amounts[(int)stat] = value;
    }

    public WrittenDecimal? this[UsStatQuantity stat]
    {
        get => _quantities[(int)stat];
        set => _quantities[(int)stat] = value;
    }

    public UsTime? this[UsStatTime stat]
    {
        get => _times[(int)stat];
        set => _times[(int)stat] = value;
    }

    public bool? SettlementPreliminary { get; set; }

    public string? SettlementMethod { get; set; }

    public string? SettlementText { get; set; }

    internal void Clear()
    {
        Array.Clear(_amounts);
        Array.Clear(_quantities);
        Array.Clear(_times);
        (SettlementPreliminary, SettlementMethod, SettlementText) = (null, null, null);
    }

    internal void CopyTo(UsStats other)
    {
        _amounts.CopyTo(other._amounts, 0);
        _quantities.CopyTo(other._quantities, 0);
        _times.CopyTo(other._times, 0);
        (other.SettlementPreliminary, other.SettlementMethod, other.SettlementText) = (SettlementPreliminary, SettlementMethod, SettlementText);
    }
}
