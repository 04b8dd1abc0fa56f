using Oddswire.Messages.Accounts;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>
/// Whether somebody listens to an account at its venue, which replays nothing: time without is a gap, and put on record. It outlives the account's
/// actor: its connection does not know that this failed.
/// </summary>
internal sealed class SourceGap(string account, string feed, ActorRef<LedgerMessage> ledger)
{
    private long? _firstUp;
    private Gap? _gap;

    internal string Feed => feed;

    internal bool IsLive { get; private set; }

    /// <summary>The one that lasts.</summary>
    internal AccountGap? Open => _gap is { } gap ? Told(gap) : null;

    /// <summary>The gap that is over with it, if there was one.</summary>
    internal AccountGap? Up(long now)
    {
        IsLive = true;
        _firstUp ??= now;
        if (_gap is not { } gap)
            return null;
        _gap = null;
        return Told(Recorded(Over(gap, now)));
    }

    /// <summary>The gap that begins. Before it was live for the first time, nobody was promised anything.</summary>
    internal AccountGap? Down(long since, string reason, Random random)
    {
        IsLive = false;
        if (_gap is not null || _firstUp is null)
            return null;
        return Told(_gap = Recorded(Begin(since, reason, random)));
    }

    /// <summary>The gap between the run before this one, if the account was listened to in it, and the first connection of this one. One that lasted goes on.</summary>
    internal AccountGap? Before(FormerRun run, long now, Random random)
    {
        if (run.Heard is not { } heard)
            return null;
        var gap = run.Open ?? Begin(Math.Min(heard, _firstUp ?? now), "the gateway was not running", random);
        return Told(Recorded(_firstUp is { } up ? Over(gap, up) : _gap = gap));
    }

    private Gap Begin(long from, string reason, Random random) => new(GapId.Next(random), feed, from, null, reason, GapState.Open);

    private static Gap Over(Gap gap, long now) => gap with { To = Math.Max(gap.From, now), State = GapState.Lost };

    private AccountGap Told(Gap gap) => new(account, gap.From, gap.To, gap.Reason);

    private Gap Recorded(Gap gap)
    {
        ledger.Tell(new LedgerMessage.GapFact(gap));
        return gap;
    }
}
