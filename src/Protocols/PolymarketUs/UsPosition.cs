using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>What the account holds of one market. The whole numbers are rounded by the venue: use those that say Decimal.</summary>
public sealed record UsPosition
{
    [JsonConverter(typeof(UsDecimalText))]
    public decimal? NetPosition { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? QtyBought { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? QtySold { get; init; }

    public UsAmount? Cost { get; init; }
    public UsAmount? Realized { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? BodPosition { get; init; }

    public bool Expired { get; init; }
    public UsTime? UpdateTime { get; init; }
    public UsMarketMetadata? MarketMetadata { get; init; }
    public UsAmount? CashValue { get; init; }
    public UsAmount? AvgPx { get; init; }
    public UsAmount? Fees { get; init; }
    public UsAmount? BaseCost { get; init; }
    public UsAmount? CostPerShare { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? NetPositionDecimal { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? QtyBoughtDecimal { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? QtySoldDecimal { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    public decimal? BodPositionDecimal { get; init; }

    public IReadOnlyList<JsonElement> ComboLegDetails { get => field ?? []; init; } = [];
    public string PositionId { get => field ?? ""; init; } = "";

    [JsonConverter(typeof(UsDecimalText))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? QtyAvailable { get; init; }

    [JsonConverter(typeof(UsDecimalText))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? QtyAvailableDecimal { get; init; }
}

/// <summary>A position before and after an entry of the ledger.</summary>
public sealed record UsPositionChange
{
    public UsPosition? BeforePosition { get; init; }
    public UsPosition? AfterPosition { get; init; }
    public UsTime? UpdateTime { get; init; }
    public UsLedgerEntryType EntryType { get; init; }
    public string TradeId { get => field ?? ""; init; } = "";
    public string ReferenceId { get => field ?? ""; init; } = "";
    public string Description { get => field ?? ""; init; } = "";
    public string AllocationGroupId { get => field ?? ""; init; } = "";
    public IReadOnlyList<string> TransferReferenceTradeIds { get => field ?? []; init; } = [];
    public bool ShortTransfer { get; init; }
    public JsonElement? UpdateTradeDate { get; init; }
}
