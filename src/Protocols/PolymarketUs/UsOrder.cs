using System.Text.Json.Serialization;

namespace Oddswire.Protocols.PolymarketUs;

// Of all records here: fields in the venue's order; what the venue leaves out while it is unset is marked. The generated reader writes null over the
// value that a field begins with when the frame does not have it: so the getters say it.

/// <summary>Dollars, in decimals as written.</summary>
public sealed record UsAmount([property: JsonConverter(typeof(UsDecimalText))] decimal? Value, string Currency = "USD");

public sealed record UsOrder
{
    public string Id { get => field ?? ""; init; } = "";
    public string MarketSlug { get => field ?? ""; init; } = "";
    public UsOrderSide Side { get; init; }
    public UsOrderType Type { get; init; }
    public UsAmount? Price { get; init; }
    public decimal Quantity { get; init; }
    public decimal CumQuantity { get; init; }
    public decimal LeavesQuantity { get; init; }
    public UsTimeInForce Tif { get; init; }
    public UsTime? GoodTillTime { get; init; }
    public UsOrderIntent Intent { get; init; }
    public UsMarketMetadata? MarketMetadata { get; init; }
    public UsOrderState State { get; init; }
    public UsAmount? AvgPx { get; init; }
    public UsAmount? CashOrderQty { get; init; }
    public UsAmount? CommissionNotionalTotalCollected { get; init; }
    public string? CommissionsBasisPoints { get; init; }
    public string? MakerCommissionsBasisPoints { get; init; }
    public UsTime? InsertTime { get; init; }
    public UsTime? CreateTime { get; init; }
    public UsOutcomeSide OutcomeSide { get; init; }
    public UsOrderAction Action { get; init; }
}

public sealed record UsMarketMetadata
{
    public string Slug { get => field ?? ""; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Icon { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Title { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? EventSlug { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TeamId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsTeam? Team { get; init; }
}

public sealed record UsTeam
{
    public long Id { get; init; }
    public string Name { get => field ?? ""; init; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Abbreviation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? League { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Record { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Logo { get; init; }
}
