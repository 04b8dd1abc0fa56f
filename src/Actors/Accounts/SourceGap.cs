using System.Globalization;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Ledger;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>Whether somebody listens to an account at its venue, which replays nothing: time without is a gap, and put on record.</summary>
internal sealed class SourceGap(string account, string feed, ActorRef<LedgerMessage> ledger)
{
    private bool _wasLive;

    internal bool IsLive { get; private set; }

    /// <summary>The one that lasts.</summary>
    internal AccountGap? Open { get; private set; }

    /// <summary>The gap that is over with it, if there was one.</summary>
    internal AccountGap? Up(long now)
    {
        (IsLive, _wasLive) = (true, true);
        if (Open is not { } gap)
            return null;
        Open = null;
        ledger.Tell(new LedgerMessage.FeedFact(feed, "gap", string.Create(
            CultureInfo.InvariantCulture, $"{(now - gap.From) / 1000.0:0.0} s from {DateTimeOffset.FromUnixTimeMilliseconds(gap.From):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}: the venue replays nothing")));
        return gap with { To = now };
    }

    /// <summary>The gap that begins. Before it was live for the first time, nobody was promised anything.</summary>
    internal AccountGap? Down(long since, string reason)
    {
        IsLive = false;
        if (Open is not null || !_wasLive)
            return null;
        return Open = new AccountGap(account, since, null, reason);
    }
}
