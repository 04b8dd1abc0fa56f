using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Json;

/// <summary>
/// What was read last of a token's market on this thread, each in the place that the token's hash gives it: the fills of a token, and what is kept of them,
/// share one object and its texts, and to find that they may takes no more than to compare them.
/// </summary>
internal static class RepeatedMarkets
{
    private const int Places = 1 << 12;

    [ThreadStatic] private static MarketText?[]? _markets;

    /// <summary>Of texts in ASCII.</summary>
    public static MarketText Of(TokenId token, ConditionId condition, ReadOnlySpan<byte> slug, ReadOnlySpan<byte> title, ReadOnlySpan<byte> label)
    {
        ref var place = ref PlaceOf(token);
        if (place is { EventSlug: "", Outcome: null } known && known.Condition == condition
            && Ascii.Equals(slug, known.Slug) && Ascii.Equals(title, known.Title) && Ascii.Equals(label, known.Label))
            return known;
        return place = new(condition, RepeatedTexts.Get(slug), RepeatedTexts.Get(title), RepeatedTexts.Get(label));
    }

    public static MarketText Shared(TokenId token, MarketText market)
    {
        ref var place = ref PlaceOf(token);
        return place is { } known && known == market ? known : place = market;
    }

    private static ref MarketText? PlaceOf(TokenId token) => ref (_markets ??= new MarketText?[Places])[token.GetHashCode() & (Places - 1)];
}
