using System.Text.Json.Serialization;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>What happened to an order, and the order as it is since then.</summary>
public sealed record UsExecution
{
    public string Id { get => field ?? ""; init; } = "";
    public UsOrder Order { get => field ?? new(); init; } = new();

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? LastShares { get; init; }

    public UsAmount? LastPx { get; init; }
    public UsExecutionType Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsRejectReason? OrderRejectReason { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsCancelReason? UnsolicitedCancelReason { get; init; }

    public string TradeId { get => field ?? ""; init; } = "";
    public bool Aggressor { get; init; }
    public UsTime? TransactTime { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UsLegPrice>? LegPrices { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsAmount? CommissionNotionalCollected { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsAmount? CommissionSpreadPx { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}

/// <summary>One leg of a combination.</summary>
public sealed record UsLegPrice
{
    public string MarketSlug { get => field ?? ""; init; } = "";
    public UsAmount? Px { get; init; }
    public UsOrderSide Side { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsAmount? ReferencePx { get; init; }
}
