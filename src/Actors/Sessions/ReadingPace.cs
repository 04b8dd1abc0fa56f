namespace Oddswire.Actors.Sessions;

internal enum PaceChange { Unchanged, FellBehind, CaughtUp, TooSlow }

/// <summary>
/// How a client keeps up whose messages have newer ones in their place. From a quarter of its limit on it is spared those until it has caught up;
/// beyond the limit, or if it does not catch up, it is too slow.
/// </summary>
internal sealed class ReadingPace(SessionRules rules)
{
    private long _since;
    private long _opening;      // not yet taken, perhaps: what a client asked for at once is no sign of slowness

    internal bool IsBehind { get; private set; }

    internal void Opening(int bytes) => _opening += bytes;

    /// <summary>What it has left unread after a send.</summary>
    internal PaceChange Sent(long unread, TimeProvider time)
    {
        var limit = rules.OutboxBytes;
        if (unread <= limit / 4)
            _opening = 0;
        if (unread > limit + _opening)
            return PaceChange.TooSlow;
        if (IsBehind || unread <= (limit / 4) + _opening)
            return PaceChange.Unchanged;
        (IsBehind, _since) = (true, Moment.Of(time).Running);
        return PaceChange.FellBehind;
    }

    /// <summary>The same, a while later.</summary>
    internal PaceChange Later(long unread, TimeProvider time)
    {
        if (unread > rules.OutboxBytes / 16)
            return Moment.Of(time).Running - _since > rules.SlowPatience.TotalMilliseconds ? PaceChange.TooSlow : PaceChange.Unchanged;
        IsBehind = false;
        return PaceChange.CaughtUp;
    }
}
