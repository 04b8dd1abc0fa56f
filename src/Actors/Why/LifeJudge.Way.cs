using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>What was in the way of a fill that matched and that no connection is known to have been written.</summary>
internal sealed partial class LifeJudge
{
    private LifeStep.Resumed? Skipped => life.Steps.OfType<LifeStep.Resumed>().FirstOrDefault(step => step.SkippedTo?.Offset >= fill.Offset);

    private bool IsFresh => asked.Now - fill.WentOutAt < NotedWithin.TotalMilliseconds;

    private WhyVerdict InTheWay()
    {
        if (life.IsDurable)
            return Expired() ?? SkippedOver() ?? Deleted() ?? IsPaused() ?? NobodyAttached() ?? NotYet();
        if (fill.Late)
            return TooLate();
        if (life.Last<LifeStep.Closed>() is { } closed)
            return Broken(closed);
        return IsFresh || asked.SampledSince <= fill.WentOutAt ? NotYet() : Unproven();
    }

    private WhyVerdict? Expired()
    {
        if (life.Steps.OfType<LifeStep.Expired>().FirstOrDefault(step => step.Time >= fill.WentOutAt && !(Skipped?.Time < step.Time)) is not { } expired)
            return null;
        Say($"No client took it in time: at {Words.Time(expired.Time)} the subscription expired, for it was further behind than is kept; the oldest fill that was kept then is {expired.Oldest}.");
        Say("Resume the subscription with skip, and read what it missed from GET /v1/polymarket/orders.");
        return WhyVerdict.Limit;
    }

    private WhyVerdict? SkippedOver()
    {
        if (Skipped is not { } skipped)
            return null;
        TellPause();
        Say($"It was left out: at {Words.Time(skipped.Time)} the subscription was resumed with skip, from {skipped.SkippedTo} on.");
        return WhyVerdict.Paused;
    }

    private WhyVerdict? Deleted()
    {
        if (life.Last<LifeStep.Closed>() is not { } closed)
            return null;
        Say($"Nobody had taken it when the subscription was deleted, at {Words.Time(closed.Time)}.");
        return WhyVerdict.NotSubscribed;
    }

    private WhyVerdict? IsPaused()
    {
        if (life.Steps.LastOrDefault(static step => step is LifeStep.Paused or LifeStep.Resumed) is not LifeStep.Paused paused)
            return null;
        Say($"The subscription is paused, since {Words.Time(paused.Time)}: nothing is sent, and nothing is lost. Resumed without skip it goes on with this.");
        return WhyVerdict.Paused;
    }

    private WhyVerdict? NobodyAttached()
    {
        var last = life.Steps.LastOrDefault(static step => step is LifeStep.Attached or LifeStep.Detached { Code: not AttachedElsewhereCode });
        if (life.IsAttached ?? last is LifeStep.Attached)
            return null;
        if (last is LifeStep.Detached detached)
        {
            var code = detached.Code is { } known ? $" (closed with {known})" : "";
            Say($"No client is attached: the last one left at {Words.Time(detached.Time)}{code}, {detached.Reason}. It is kept, and the next attachment gets it.");
            return detached.Code == SlowCode ? WhyVerdict.Slow : WhyVerdict.NotWritten;
        }
        Say("No client is attached. It is kept, and the next attachment gets it.");
        return WhyVerdict.NotWritten;
    }

    /// <summary>A pause that it went through.</summary>
    private void TellPause()
    {
        var before = life.Steps.LastOrDefault(step => step is LifeStep.Paused or LifeStep.Resumed && step.Time <= fill.WentOutAt);
        if (before is LifeStep.Paused paused)
            Say($"The subscription was paused when it went out, since {Words.Time(paused.Time)}.");
    }

    private WhyVerdict TooLate()
    {
        Say($"It was found {Words.Span(fill.WentOutAt - fill.MadeAt)} after it was made. What is found so late is not sent to clients without ?ext=1, so that nobody copies an old trade by accident; GET /v1/polymarket/orders has it.");
        return WhyVerdict.Gap;
    }

    private WhyVerdict Broken(LifeStep.Closed closed)
    {
        var code = closed.Code is { } known ? $" with {known}" : "";
        Say($"Nothing shows that it was written before the connection ended{code} at {Words.Time(closed.Time)}, {Words.Span(closed.Time - fill.WentOutAt)} after it went out: {closed.Reason}.");
        return closed.Code == SlowCode ? WhyVerdict.Slow : WhyVerdict.NotWritten;
    }

    private WhyVerdict NotYet()
    {
        Say(IsFresh
            ? "It went out just now; connections note their position once a second. Ask again in three seconds."
            : life.IsDurable && life.IsAttached != false
                ? "Its client is attached, and has not been written it yet: it is being caught up, in the order of the tape and as fast as it reads."
                : "Nothing shows that it was written, and nothing shows what was in the way: the note of that second may not have been stored.");
        return WhyVerdict.NotWritten;
    }

    private WhyVerdict Unproven()
    {
        Say("Nothing was in its way; but the notes of that time are no longer kept (why.keep, why.samples), so in which second it was written cannot be shown.");
        return WhyVerdict.Delivered;
    }
}
