using Oddswire.Messages.Values;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>A print. The price is that of YES; the quantity is contracts, although the wire says USD.</summary>
public readonly record struct UsTrade(string Slug, WrittenDecimal Price, WrittenDecimal Quantity, UsTime Time)
{
    public UsParty? Maker { get; init; }
    public UsParty? Taker { get; init; }
    public string? Id { get; init; }
    public UsTradeState? State { get; init; }
}

public readonly record struct UsParty(UsOrderSide Side, UsOrderIntent Intent)
{
    public UsOutcomeSide? OutcomeSide { get; init; }
    public UsOrderAction? Action { get; init; }
}
