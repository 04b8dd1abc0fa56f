using System.Collections.Immutable;
using Oddswire.Messages.Orders;

namespace Oddswire.Actors.Ledger;

/// <summary>The gaps, oldest first: all that are open, and the newest of the others. Facts are in the journal only.</summary>
public sealed record LedgerState(ImmutableArray<Gap> Gaps)
{
    public const int MostGaps = 1_000;

    public static LedgerState Empty { get; } = new(ImmutableArray<Gap>.Empty);

    public LedgerState With(Gap gap)
    {
        for (var i = 0; i < Gaps.Length; i++)
        {
            if (Gaps[i].Id == gap.Id)
                return new(Gaps.SetItem(i, gap));
        }
        var gaps = Gaps.Add(gap);
        if (gaps.Length <= MostGaps)
            return new(gaps);
        var oldestClosed = gaps.FirstOrDefault(static one => one.State != GapState.Open);
        return new(oldestClosed is null ? gaps : gaps.Remove(oldestClosed));
    }
}
