using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>A fill's way to the tape, in sentences.</summary>
internal static class FillWords
{
    // A block's time is in whole seconds.
    private const long Margin = 1_000;

    internal static IEnumerable<string> Several(WhyCase asked, FillStory chosen)
    {
        if (asked.Fills.Length > 1)
            yield return string.Create(CultureInfo.InvariantCulture, $"{asked.Asked} has {asked.Fills.Length} fills on the tape; this is about {chosen.Position}{Place(chosen.Fill)}. Ask for another by its position.");
    }

    internal static IEnumerable<string> Story(FillStory story)
    {
        var fill = story.Fill;
        yield return $"{Words.Of(fill)}: transaction {fill.Tx}{Place(fill)}, made at {Words.Time(story.MadeAt)}.";
        var sightings = story.Sightings.ToList();
        yield return sightings.Count == 0
            ? "Which source told of it when is not on record."
            : string.Join("; ", sightings.Select(static mark => $"{mark.Source} told of it at {Words.Time(mark.At)} ({(mark.Kind == MarkKind.Log ? "its log" : "a row")})")) + ".";
        if (story.At(MarkKind.SentAhead) is { } ahead)
            yield return $"The tape could not be written then: at {Words.Time(ahead)} it went out without a position.";
        var numbered = story.At(MarkKind.Numbered);
        yield return $"It was numbered {story.Position}{(numbered is { } at ? $" at {Words.Time(at)}" : "")}{(story.Late ? $", and marked late: {Words.Span(story.WentOutAt - story.MadeAt)} after it was made" : "")}.";
        foreach (var mark in story.Marks.Where(static mark => mark.Kind is MarkKind.Confirmed or MarkKind.Removed).OrderBy(static mark => mark.At))
            yield return mark.Kind == MarkKind.Confirmed ? $"The chain confirmed it at {Words.Time(mark.At)}." : $"The chain took it back at {Words.Time(mark.At)}.";
        if (story.Removed && story.At(MarkKind.Removed) is null)
            yield return "The chain took it back.";
    }

    internal static IEnumerable<string> Gaps(WhyCase asked, FillStory story) => Around(asked, story).Select(static gap => "It was made in a gap: " + Of(gap));

    internal static IEnumerable<Gap> Around(WhyCase asked, FillStory story) =>
        asked.Gaps.Where(gap => story.MadeAt >= gap.From - Margin && story.MadeAt <= (gap.To ?? asked.Now) + Margin);

    internal static string Of(Gap gap)
    {
        var until = gap.To is { } to ? $"to {Words.Time(to)}" : "on";
        var state = gap.State switch
        {
            GapState.Open => "it is open still",
            GapState.Filled => string.Create(CultureInfo.InvariantCulture, $"it was filled since, {gap.Found} fills of that time were found"),
            GapState.Lost => "what happened in it is lost",
        };
        return $"no source covered the time from {Words.Time(gap.From)} {until} ({Words.Clean(gap.Reason)}); {state}.";
    }

    private static string Place(Fill fill) => fill.LogIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $", log {index}") : ", whose log was not known";
}
