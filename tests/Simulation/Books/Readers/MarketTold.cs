using System.Globalization;
using System.Text.Json;

namespace Oddswire.Simulation.Books.Readers;

/// <summary>One level of one token's book has a new size; none: it is gone.</summary>
internal readonly record struct LevelChange(string Token, bool IsBid, decimal Price, decimal Size);

/// <summary>One event, read as any client reads it.</summary>
internal sealed class MarketTold
{
    internal MarketTold(JsonElement json)
    {
        Kind = json.TryGetProperty("event_type", out var kind) ? kind.GetString()! : "";
        Token = json.TryGetProperty("asset_id", out var token) ? token.GetString() : null;
        Text = json.GetRawText();
        if (Kind == "book")
            (Bids, Asks) = (Levels(json, "bids"), Levels(json, "asks"));
        else if (Kind == "price_change")
            Changes = [.. json.GetProperty("price_changes").EnumerateArray().Select(Change)];
    }

    internal string Kind { get; }
    internal string? Token { get; }
    internal string Text { get; }
    internal IReadOnlyList<LevelChange> Changes { get; } = [];

    /// <summary>As they were written.</summary>
    internal IReadOnlyList<(decimal Price, decimal Size)> Bids { get; } = [];
    internal IReadOnlyList<(decimal Price, decimal Size)> Asks { get; } = [];

    private static IReadOnlyList<(decimal Price, decimal Size)> Levels(JsonElement json, string side) =>
        [.. json.GetProperty(side).EnumerateArray().Select(static level => (Number(level, "price"), Number(level, "size")))];

    private static LevelChange Change(JsonElement change) =>
        new(change.GetProperty("asset_id").GetString()!, change.GetProperty("side").GetString() == "BUY", Number(change, "price"), Number(change, "size"));

    private static decimal Number(JsonElement level, string name) => decimal.Parse(level.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);
}
