using System.Collections.Immutable;
using Oddswire.Actors.Routing;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Markets;

/// <summary>A market by one of its names. A slug's condition may be unknown when it is followed, so each name has a hub of its own.</summary>
public readonly record struct MarketKey(ConditionId? Condition, string? Slug);

/// <summary>/markets: one hub per followed condition or slug.</summary>
public sealed class MarketsActor(InterestReport? report = null) : DirectoryActor<MarketKey>(report ?? new InterestReport())
{
    protected override ImmutableArray<MarketKey> KeysOf(OrderFilterPlace place) => place.At != OrderFilterPlace.Kind.Markets
        ? []
        :
        [
            .. place.Filter.Conditions.Values.Select(static condition => new MarketKey(condition, null)),
            .. place.Filter.Slugs.Values.Select(static slug => new MarketKey(null, slug)),
        ];

    protected override void KeysOf(TapeEntry entry, List<MarketKey> keys)
    {
        var market = entry.Fill.Market;
        if (market.Condition is { } condition)
            keys.Add(new MarketKey(condition, null));
        if (market.Slug.Length > 0)
            keys.Add(new MarketKey(null, market.Slug));
    }

    protected override Interest InterestOf(MarketKey key) => key.Condition is { } condition ? Interest.In(condition) : Interest.In(key.Slug!);

    // A slug is what a client sent: it may contain anything, a path step may not.
    protected override string NameOf(MarketKey key) => key.Condition?.ToString() ?? Uri.EscapeDataString(key.Slug!);
}
