using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.Orders;

namespace Oddswire.Actors.Why;

/// <summary>The answer about a fill that is not on the tape: whether it was told of, whether it can be there yet or still, and which time nobody covered.</summary>
internal static class UnknownFill
{
    private const int MostGapsTold = 3;

    internal static WhyAnswer Answer(WhyCase asked)
    {
        var sentences = new List<string>();
        var verdict = WhyVerdict.UnknownFill;
        if (asked.Offset is { } offset)
            sentences.Add(ByOffset(asked, offset));
        else
            verdict = ByHash(asked, sentences);
        return new WhyAnswer(verdict, [.. sentences], WhyFacts.Of(asked));
    }

    private static string ByOffset(WhyCase asked, long offset) => offset < 1 ? "The first fill of a tape has offset 1."
        : offset > asked.Newest.Offset
        ? $"The tape has not got to {asked.Asked} yet: its newest position is {asked.Newest}."
        : $"{asked.Asked} is no longer kept (tape.keep, tape.max): the oldest position is {asked.Oldest}.";

    private static WhyVerdict ByHash(WhyCase asked, List<string> sentences)
    {
        var kept = asked.Newest.Offset < asked.Oldest.Offset ? "which is empty" : $"which has {asked.Oldest} to {asked.Newest}";
        sentences.Add($"No fill of {asked.Asked} is on the tape, {kept}.");
        foreach (var pending in asked.Pending)
            sentences.Add(Of(pending));
        if (!asked.Pending.IsEmpty)
            return WhyVerdict.UnknownFill;
        if (asked.IsBehind)
        {
            sentences.Add("What became of the newest fills is not written down yet, for the store is slow or away: ask again.");
            return WhyVerdict.UnknownFill;
        }
        var uncovered = asked.Gaps.Where(static gap => gap.State != GapState.Filled).OrderByDescending(static gap => gap.From).Take(MostGapsTold).ToImmutableArray();
        if (uncovered.IsEmpty)
        {
            sentences.Add("No source has told of it, and there is no time that none covered: look at the hash. A fill is known a few seconds after it was made, and for as long as tape.keep and tape.max say.");
            return WhyVerdict.UnknownFill;
        }
        sentences.Add("If it was made in one of these times, that is why:");
        sentences.AddRange(uncovered.Select(FillWords.Of));
        return WhyVerdict.Gap;
    }

    private static string Of(Messages.Why.PendingFill pending)
    {
        var told = string.Join("; ", pending.Marks.Select(static mark => $"{mark.Source} told of it at {Words.Time(mark.At)}"));
        return $"{Words.Of(pending.Fill)}: {(told.Length > 0 ? told : "it was told of")}. " + (pending.IsDropped
            ? "Its transaction was looked through, and has no such fill, or was taken back: it was not sent."
            : string.Create(CultureInfo.InvariantCulture, $"It waits for its log, or for the name of its market (orders.wait_at_most, catalog.wait), and will be on the tape within seconds: ask again."));
    }
}
