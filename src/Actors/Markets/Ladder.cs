namespace Oddswire.Actors.Markets;

internal enum LadderStep : byte { AskAgain, NewConnection, Reseed }

/// <summary>
/// What is done about a book in doubt, and when: subscribe again, then on a new connection, then take the book from REST; and while that has to
/// stand in, ask the stream again now and then. Pure.
/// </summary>
internal struct Ladder(BookRules rules)
{
    private LadderStep _next;
    private long _due;
    private long _roundAt;

    internal bool IsUp { get; private set; }

    /// <summary>It has been gone up to the end, and nobody has come down since: whatever is told next is better than nothing.</summary>
    internal bool WasAtTheTop { get; private set; }

    internal void Begin(LadderStep first, TimeSpan after, long now)
    {
        IsUp = true;
        (_next, _due) = (first, now + (long)after.TotalMilliseconds);
    }

    internal void End() => (IsUp, WasAtTheTop) = (false, false);

    /// <summary>The step to be taken now, if one is.</summary>
    internal LadderStep? Climb(long now)
    {
        if (!IsUp || now < _due)
            return null;
        var step = _next;
        _due = now + (long)rules.Step.TotalMilliseconds;
        _next = step == LadderStep.AskAgain && !WasAtTheTop ? LadderStep.NewConnection : LadderStep.Reseed;
        if (step != LadderStep.Reseed)
            return step;
        if (!WasAtTheTop)
            _roundAt = now + (long)rules.Round.TotalMilliseconds;
        WasAtTheTop = true;
        if (now < _roundAt)
            return step;
        _roundAt = now + (long)rules.Round.TotalMilliseconds;
        return LadderStep.AskAgain;
    }
}
