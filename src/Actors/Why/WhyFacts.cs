using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>What the answer rests on, by time.</summary>
internal static class WhyFacts
{
    // Of a life of years those nearest to the fill.
    private const int MostSteps = 40;

    internal static ImmutableArray<WhyFact> Of(WhyCase asked) => ByTime(
        asked.Gaps.Where(static gap => gap.State != GapState.Filled).SelectMany(Of)
        .Concat(asked.Pending.SelectMany(static pending => pending.Marks.Select(Of))));

    internal static ImmutableArray<WhyFact> Of(WhyCase asked, FillStory fill, ImmutableArray<SubscriptionLife> lives)
    {
        var facts = new List<WhyFact> { new(fill.MadeAt, $"made: {Words.Of(fill.Fill)}", fill.Fill.Block is { } block ? string.Create(CultureInfo.InvariantCulture, $"block {block}") : "row") };
        facts.AddRange(fill.Sightings.Concat(fill.Marks.Where(static mark => mark.Kind is not (MarkKind.Row or MarkKind.Log))).Select(mark => Of(mark, fill)));
        facts.AddRange(FillWords.Around(asked, fill).SelectMany(Of));
        foreach (var life in lives)
        {
            facts.AddRange(Nearest(life, fill).Select(step => new WhyFact(step.Time, $"{life.Id} {Of(step)}", life.IsDurable && step is not (LifeStep.Attached or LifeStep.Detached) ? "journal" : "ledger")));
            facts.AddRange(life.Samples.Where(sample => sample.Covers(fill.Offset)).Select(sample => new WhyFact(
                sample.Until, string.Create(CultureInfo.InvariantCulture, $"{life.Id} was written all of its fills from offset {sample.First} through {sample.Last} since {Words.Time(sample.Since)}"), $"connection {sample.Session}")));
        }
        return ByTime(facts);
    }

    private static ImmutableArray<WhyFact> ByTime(IEnumerable<WhyFact> facts) => [.. facts.OrderBy(static fact => fact.Time).ThenBy(static fact => fact.Source, StringComparer.Ordinal)];

    private static IEnumerable<LifeStep> Nearest(SubscriptionLife life, FillStory fill)
    {
        var acknowledged = life.Steps.OfType<LifeStep.Acknowledged>().FirstOrDefault(step => step.Position.Offset >= fill.Offset);
        return life.Steps
            .Where(step => step.Time > 0 && (step is not LifeStep.Acknowledged || step == acknowledged))
            .OrderBy(step => Math.Abs(step.Time - fill.WentOutAt)).Take(MostSteps);
    }

    private static WhyFact Of(FillMark mark) => new(mark.At, mark.Kind == MarkKind.Log ? "told of its log" : "told of it in a row", mark.Source);

    private static WhyFact Of(FillMark mark, FillStory fill) => mark.Kind switch
    {
        MarkKind.Numbered => new(mark.At, $"numbered {fill.Position}{(fill.Late ? ", late" : "")}", "tape"),
        MarkKind.SentAhead => new(mark.At, "sent without a position", "tape"),
        MarkKind.Confirmed => new(mark.At, "confirmed", "tape"),
        MarkKind.Removed => new(mark.At, "removed", "tape"),
        _ => Of(mark),
    };

    private static IEnumerable<WhyFact> Of(Gap gap)
    {
        yield return new(gap.From, $"{gap.Id} opened: {Words.Clean(gap.Reason)}", "ledger");
        if (gap.To is { } to)
            yield return new(to, $"{gap.Id} ended: {gap.State.ToString().ToLowerInvariant()}", "ledger");
    }

    private static string Of(LifeStep step) => step switch
    {
        LifeStep.Opened opened => "opened: " + (opened.Filter is { } filter ? Words.Of(filter) : "a filter too long for the record"),
        LifeStep.Refiltered changed => "changed: " + (changed.Filter is { } filter ? Words.Of(filter) : "a filter too long for the record"),
        LifeStep.Refused refused => $"refused a change: {refused.Reason}",
        LifeStep.Paused => "paused",
        LifeStep.Resumed resumed => resumed.SkippedTo is { } to ? $"resumed with skip, from {to}" : "resumed",
        LifeStep.Acknowledged acknowledged => $"acknowledged {acknowledged.Position}",
        LifeStep.Expired expired => $"expired, the oldest kept is {expired.Oldest}",
        LifeStep.Attached attached => $"attached by the key '{attached.Key}' from {attached.Address}",
        LifeStep.Detached detached => $"detached: {detached.Reason}{Code(detached.Code)}",
        LifeStep.Closed closed => $"closed: {closed.Reason}{Code(closed.Code)}",
        _ => step.GetType().Name,
    };

    private static string Code(int? code) => code is { } known ? string.Create(CultureInfo.InvariantCulture, $" ({known})") : "";
}
