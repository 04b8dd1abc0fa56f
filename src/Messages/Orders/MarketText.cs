using Oddswire.Messages.Values;

namespace Oddswire.Messages.Orders;

/// <summary>What people call a token's market: never part of a fill's identity, and "" (or no condition) while unknown.</summary>
public readonly record struct MarketText
{
    public MarketText(ConditionId? condition, string slug, string title, string label) =>
        (Condition, Slug, Title, Label) = (condition, slug, title, label);

    public ConditionId? Condition { get; init; }

    // Null inside, "" outside: default(MarketText) equals one made of empty strings.
    public string Slug { get => field ?? ""; init => field = Known(value); }

    public string Title { get => field ?? ""; init => field = Known(value); }

    public string Label { get => field ?? ""; init => field = Known(value); }

    /// <summary>The event that the market belongs to. Not every source of a market's other names tells it.</summary>
    public string EventSlug { get => field ?? ""; init => field = Known(value); }

    /// <summary>Which of the market's outcomes the token is, from 0.</summary>
    public int? Outcome { get; init; }

    public void Deconstruct(out ConditionId? condition, out string slug, out string title, out string label) =>
        (condition, slug, title, label) = (Condition, Slug, Title, Label);

    private static string? Known(string text) => text.Length == 0 ? null : text;
}
