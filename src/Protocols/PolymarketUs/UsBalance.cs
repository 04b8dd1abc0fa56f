using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>What the account has in one currency.</summary>
public sealed record UsBalance
{
    public decimal CurrentBalance { get; init; }
    public string Currency { get => field ?? ""; init; } = "";
    public UsTime? LastUpdated { get; init; }
    public decimal BuyingPower { get; init; }
    public decimal AssetNotional { get; init; }
    public decimal AssetAvailable { get; init; }
    public decimal PendingCredit { get; init; }
    public decimal OpenOrders { get; init; }
    public decimal UnsettledFunds { get; init; }
    public IReadOnlyList<JsonElement> PendingWithdrawals { get => field ?? []; init; } = [];
    public decimal MarginRequirement { get; init; }

    // Newer, and not everywhere.

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? BalanceReservation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? DepositReservation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? BonusReservation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? DisplayedBonus { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? DisplayedAvailableSoon { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? DisplayedCash { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? AvailableToWithdraw { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? BonusHold { get; init; }
}

public sealed record UsBalanceChange
{
    public UsBalance? BeforeBalance { get; init; }
    public UsBalance? AfterBalance { get; init; }
    public string Description { get => field ?? ""; init; } = "";
    public UsTime? UpdateTime { get; init; }
    public string ModifiedSecurityId { get => field ?? ""; init; } = "";
    public UsLedgerEntryType EntryType { get; init; }
    public string AccountName { get => field ?? ""; init; } = "";
    public string Id { get => field ?? ""; init; } = "";
}
