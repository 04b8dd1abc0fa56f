using Oddswire.Messages.Values;

namespace Oddswire.Messages.Orders;

/// <summary>
/// What a subscription wants: users AND (condition_ids OR market_slugs). Values of one kind are alternatives, a kind that
/// is not asked for does not restrict, and a filter that asks for nothing wants everything (the codec refuses to make one).
/// </summary>
public sealed record OrderFilter
{
    public Wanted<WalletId> Users { get; init; } = Wanted<WalletId>.Unasked;
    public Wanted<ConditionId> Conditions { get; init; } = Wanted<ConditionId>.Unasked;
    public Wanted<string> Slugs { get; init; } = Wanted<string>.Unasked;

    public static OrderFilter Everything { get; } = new() { Users = Wanted<WalletId>.Everything };

    public static OrderFilter Of(params ReadOnlySpan<WalletId> users) => new() { Users = Wanted.Of(users) };

    public bool IsEmpty => !Users.IsAsked && !Conditions.IsAsked && !Slugs.IsAsked;

    /// <summary>Some array says `*`. Dome's tiers sell that separately.</summary>
    public bool HasWildcard => Users.IsEverything || Conditions.IsEverything || Slugs.IsEverything;

    /// <summary>The longest array: what a tier's cap counts.</summary>
    public int LongestArray => Math.Max(Users.Values.Length, Math.Max(Conditions.Values.Length, Slugs.Values.Length));

    /// <summary>
    /// True when the fill's user is wanted and its market is. The taker does not count: each participant's order is a
    /// fill of its own. A market that is still unknown matches only `*` and filters without a market.
    /// </summary>
    public bool Matches(Fill fill) => (!Users.IsAsked || Users.Contains(fill.User)) && MatchesMarket(fill.Market);

    private bool MatchesMarket(MarketText market)
    {
        if (!Conditions.IsAsked && !Slugs.IsAsked) return true;
        if (Conditions.IsEverything || Slugs.IsEverything) return true;
        return (market.Condition is { } condition && Conditions.Contains(condition)) || (market.Slug.Length > 0 && Slugs.Contains(market.Slug));
    }
}
