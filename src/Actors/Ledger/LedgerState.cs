using System.Collections.Immutable;
using Oddswire.Messages.Orders;

namespace Oddswire.Actors.Ledger;

/// <summary>
/// The gaps, oldest first: all that are open, and the newest of the others; and what the next run has to know of this one. Facts are in the journal only.
/// </summary>
public sealed record LedgerState(ImmutableArray<Gap> Gaps)
{
    private const int MostFeeds = 1_000;

    public static LedgerState Empty { get; } = new(ImmutableArray<Gap>.Empty);

    /// <summary>When the newest entry was made (unix milliseconds).</summary>
    public long Heard { get; init; }

    /// <summary>The feeds that have ever been connected.</summary>
    public ImmutableSortedSet<string> Feeds { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public LedgerState With(LedgerEvent e)
    {
        var state = e.Time > Heard ? this with { Heard = e.Time } : this;
        return e switch
        {
            LedgerEvent.GapChanged changed => state with { Gaps = With(changed.Gap) },
            LedgerEvent.Fact { Kind: "connected" } fact when Feeds.Count < MostFeeds && !Feeds.Contains(fact.Feed) => state with { Feeds = Feeds.Add(fact.Feed) },
            _ => state,
        };
    }

    private ImmutableArray<Gap> With(Gap gap)
    {
        for (var i = 0; i < Gaps.Length; i++)
        {
            if (Gaps[i].Id == gap.Id)
                return Gaps.SetItem(i, gap);
        }
        var gaps = Gaps.Add(gap);
        if (gaps.Count(one => one.IsOfOrders == gap.IsOfOrders) <= Gap.MostOnRecord)
            return gaps;
        var oldestClosed = gaps.FirstOrDefault(one => one.State != GapState.Open && one.IsOfOrders == gap.IsOfOrders);
        return oldestClosed is null ? gaps : gaps.Remove(oldestClosed);
    }
}
