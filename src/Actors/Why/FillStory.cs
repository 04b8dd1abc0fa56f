using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>A fill of the tape, and what happened to it on its way there.</summary>
public sealed record FillStory(Position Position, Fill Fill, bool Late, bool Removed, FillMarks Marks)
{
    public long Offset => Position.Offset;

    public long MadeAt => Fill.Timestamp * 1000;

    public long? At(MarkKind kind) => Marks.Where(mark => mark.Kind == kind).Select(static mark => (long?)mark.At).FirstOrDefault();

    /// <summary>When it went out to who was there; without a trace of that, when it was made, which is a little earlier.</summary>
    public long WentOutAt => At(MarkKind.SentAhead) ?? At(MarkKind.Numbered) ?? MadeAt;

    /// <summary>Each feed's first word of it, in the order in which they came.</summary>
    public IEnumerable<FillMark> Sightings => Marks
        .Where(static mark => mark.Kind is MarkKind.Row or MarkKind.Log)
        .OrderBy(static mark => mark.At)
        .DistinctBy(static mark => mark.Source.Split('/')[0]);
}
