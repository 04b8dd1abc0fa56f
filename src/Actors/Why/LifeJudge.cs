using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>
/// What became of one fill for one subscription. It asks in the order of the data: was it open, did its filter match, was it in anybody's
/// way, which connection was written it, was it acknowledged. The first no is the verdict.
/// </summary>
internal sealed partial class LifeJudge(FillStory fill, SubscriptionLife life, WhyCase asked)
{
    private const int SlowCode = 1013;
    private const int AttachedElsewhereCode = 4009;

    // A session notes its position once a second, and the note is a second on its way.
    private static readonly TimeSpan NotedWithin = TimeSpan.FromSeconds(3);

    private readonly List<string> _sentences = [];

    internal IReadOnlyList<string> Sentences => _sentences;

    internal WhyVerdict Judge()
    {
        Introduce();
        if (life.Last<LifeStep.Closed>() is { } closed && closed.Time < fill.WentOutAt)
            return Ended(closed);
        var covering = life.Samples.Where(sample => sample.Covers(fill.Offset)).OrderBy(static sample => sample.Until).ToImmutableArray();
        // A socket that resumes from a position is told what was before it.
        if ((life.Asked.LastOrDefault(step => step.HoldsFor(fill)) ?? (life.IsDurable || covering.IsEmpty ? null : life.Asked.FirstOrDefault())) is not { } inForce)
            return BeforeStart();
        if (inForce.Filter is null)
            return UnknownFilter(covering);
        if (!life.IsDurable && !Matches(inForce) && covering.Any(IsItsEnd))
            inForce = life.Asked.FirstOrDefault(step => Matches(step) && Math.Abs(step.Time - fill.WentOutAt) < NotedWithin.TotalMilliseconds) ?? inForce;
        if (!Matches(inForce))
            return NotMatched(inForce);
        Say($"It matched{Since(inForce)}: {Words.Met(inForce.Filter!, fill.Fill)}.");
        var verdict = Written(covering) ?? InTheWay();
        if (!fill.Removed)
            return verdict;
        Say(verdict == WhyVerdict.Delivered
            ? "The chain has taken it back since: clients with ?ext=1, and durable ones that were attached, were told gateway.removed; others were not, their protocol has no word for it."
            : "The chain has taken it back: it is not sent any more.");
        return WhyVerdict.Removed;
    }

    private void Introduce()
    {
        var name = life.Name.Length > 0 ? $" ('{Words.Clean(life.Name)}')" : "";
        var opened = life.First<LifeStep.Opened>();
        Say($"{life.Id}{name} is a {(life.IsDurable ? "durable subscription" : "subscription of a socket")} of the key '{life.Owner}', opened at {Words.Time(opened?.Time ?? 0)}.");
    }

    private WhyVerdict Ended(LifeStep.Closed closed)
    {
        var code = closed.Code is { } known ? $" with {known}" : "";
        Say($"It ended{code} at {Words.Time(closed.Time)}, {Words.Span(fill.WentOutAt - closed.Time)} before the fill went out: {closed.Reason}.");
        return closed.Code == SlowCode ? WhyVerdict.Slow : WhyVerdict.NotSubscribed;
    }

    private WhyVerdict BeforeStart()
    {
        if (life.IsCut || life.First<LifeStep.Opened>() is not { } opened)
        {
            Say("What it asked for then is no longer on record.");
            return WhyVerdict.NotSubscribed;
        }
        Say(opened.After is { } after
            ? $"It begins behind offset {after}: {fill.Position} is before that. Who wants what was before gives a position in `from`."
            : $"That was {Words.Span(opened.Time - fill.WentOutAt)} after the fill had gone out. A socket with ?ext=1 gets what was before with `resume`.");
        return WhyVerdict.BeforeStart;
    }

    private WhyVerdict UnknownFilter(ImmutableArray<PositionSample> covering)
    {
        Say("Its filter had so many values that the record keeps only their hash.");
        if (covering.FirstOrDefault(IsItsEnd) is { } sample)
        {
            Say($"All the same it was written this fill, {Hand(sample)}.");
            return WhyVerdict.Delivered;
        }
        Say("Whether it had this fill's wallet or market cannot be told from it.");
        return WhyVerdict.NotWritten;
    }

    private WhyVerdict NotMatched(LifeStep.Asked inForce)
    {
        Say($"Its filter then ({Words.Of(inForce.Filter!)}){Since(inForce)} does not match: {Words.Missed(inForce.Filter!, fill.Fill)}.");
        var steps = life.Asked.ToList();
        var at = steps.IndexOf(inForce);
        if (steps.Skip(at + 1).FirstOrDefault(Matches) is { } later)
            Say($"A filter that matches holds since {Words.Time(later.Time)}{(later.After is { } after ? string.Create(CultureInfo.InvariantCulture, $", for what comes behind offset {after}") : "")}: {Words.Span(later.Time - fill.WentOutAt)} after the fill went out.");
        if (steps.FindLastIndex(at, Matches) is >= 0 and var before && steps[before + 1] is { Time: > 0 } replaced)
            Say($"One that matches was replaced at {Words.Time(replaced.Time)}, {Words.Span(fill.WentOutAt - replaced.Time)} before the fill went out.");
        if (life.Steps.OfType<LifeStep.Refused>().LastOrDefault(step => step.Time <= fill.WentOutAt && step.Filter?.Matches(fill.Fill) == true) is not { } refused)
            return WhyVerdict.NotMatched;
        Say($"One that matches was asked for at {Words.Time(refused.Time)} and refused: {refused.Reason}, {Words.Clean(refused.Detail)}.");
        return WhyVerdict.Limit;
    }

    /// <summary>The ends of a stretch are fills that were written, whatever the record says; what lies between may have been others'.</summary>
    private bool IsItsEnd(PositionSample sample) => sample.First == fill.Offset || sample.Last == fill.Offset;

    private bool Matches(LifeStep.Asked step) => step.Filter?.Matches(fill.Fill) == true;

    /// <summary>Null: nothing says so.</summary>
    private WhyVerdict? Written(ImmutableArray<PositionSample> covering)
    {
        var acknowledged = life.Steps.OfType<LifeStep.Acknowledged>().FirstOrDefault(step => step.Position.Offset >= fill.Offset);
        if (Skipped is { } skipped && !(acknowledged?.Time < skipped.Time) && !covering.Any(sample => sample.Until <= skipped.Time))
            return null;
        if (covering.IsEmpty && acknowledged is null)
            return WrittenWithoutPosition();
        TellPause();
        if ((covering.FirstOrDefault(IsTaken) ?? covering.FirstOrDefault()) is { } sample)
        {
            Say($"It was written to {Hand(sample)}.");
            if (covering.Length > 1)
                Say($"It was written {covering.Length} times in all: what is not acknowledged is told again, marked as replayed.");
            if (acknowledged is null && !IsTaken(sample) && EndOf(sample) is { } end)
            {
                Say(string.Create(CultureInfo.InvariantCulture, $"But {sample.Unread} bytes were unread there, and at {Words.Time(end)} the connection was closed with {SlowCode} as too slow: the client may not have got it."));
                return WhyVerdict.Slow;
            }
        }
        else
        {
            Say("The second in which it was written is no longer on record.");
        }
        if (acknowledged is not null)
            Say($"The client had acknowledged it by {Words.Time(acknowledged.Time)}, with everything up to {acknowledged.Position}.");
        else if (life.IsDurable)
            Say("It is not acknowledged: the next attachment gets it again.");
        return WhyVerdict.Delivered;
    }

    private WhyVerdict? WrittenWithoutPosition()
    {
        if (life.IsDurable || fill.At(MarkKind.SentAhead) is not { } ahead)
            return null;
        Say($"It was written to the socket of that time, {Who(ahead)}, at {Words.Time(ahead)} without a position: the tape could not be written then.");
        return WhyVerdict.Delivered;
    }

    private bool IsTaken(PositionSample sample) =>
        life.Samples.Any(later => later.Session == sample.Session && later.Until >= sample.Until && later.Unread == 0);

    /// <summary>When its connection was closed as too slow.</summary>
    private long? EndOf(PositionSample sample) => life.Steps.FirstOrDefault(step => step.Time >= sample.Since && step is LifeStep.Detached or LifeStep.Closed) switch
    {
        LifeStep.Detached { Code: SlowCode } end => end.Time,
        LifeStep.Closed { Code: SlowCode } end => end.Time,
        _ => null,
    };

    private string Hand(PositionSample sample) =>
        $"connection {sample.Session} ({Who(sample.Until)}) between {Words.Time(sample.Since)} and {Words.Time(sample.Until)}";

    private string Who(long when)
    {
        var attached = life.Steps.OfType<LifeStep.Attached>().LastOrDefault(step => step.Time <= when);
        var (key, address) = attached is not null ? (attached.Key, attached.Address) : life.First<LifeStep.Opened>() is { } opened ? (opened.Key, opened.Address) : (life.Owner, "");
        return address.Length > 0 ? $"key '{key}' from {address}" : $"key '{key}'";
    }

    private static string Since(LifeStep.Asked step) => step switch
    {
        { After: { } after, Time: > 0 } => string.Create(CultureInfo.InvariantCulture, $" by the filter of {Words.Time(step.Time)}, in force behind offset {after}"),
        { After: { } after } => string.Create(CultureInfo.InvariantCulture, $" by the filter in force behind offset {after}"),
        _ => $" by the filter of {Words.Time(step.Time)}",
    };

    private void Say(string sentence) => _sentences.Add(sentence);
}
