using Oddswire.Messages.Values;

namespace Oddswire.Messages.Orders;

/// <summary>
/// What people call a token's market: never part of a fill's identity, and "" (or no condition) while unknown. Whoever makes many fills lets those of
/// one token refer to one of these, and so does what is kept of the fills (docs/adr/0031).
/// </summary>
public sealed record MarketText
{
    public static readonly MarketText Unknown = new();

    public MarketText() { }

    public MarketText(ConditionId? condition, string slug, string title, string label) =>
        (Condition, Slug, Title, Label) = (condition, slug, title, label);

    public ConditionId? Condition { get; init; }

    public string Slug { get; init; } = "";

    public string Title { get; init; } = "";

    public string Label { get; init; } = "";

    /// <summary>The event that the market belongs to. Not every source of a market's other names tells it.</summary>
    public string EventSlug { get; init; } = "";

    /// <summary>Which of the market's outcomes the token is, from 0.</summary>
    public int? Outcome { get; init; }

    public void Deconstruct(out ConditionId? condition, out string slug, out string title, out string label) =>
        (condition, slug, title, label) = (Condition, Slug, Title, Label);
}
