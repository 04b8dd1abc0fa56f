using Oddswire.Messages.Accounts;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>
/// One account at Polymarket US: hands its events on, each once, to every client that may read it, and keeps the open orders, the positions and the
/// balances for who comes later. While nobody listens nothing is held, for nobody knows what happens: orders and balances are told anew afterwards.
/// </summary>
internal sealed class UsAccountActor(string name, SourceGap source, ActorRef<LedgerMessage> ledger) : Actor<UsAccountMessage>
{
    private sealed record Left(string Account, ActorRef<SessionMessage> Session) : UsAccountMessage(Account);
    private sealed record Former(string Account, FormerRun Run) : UsAccountMessage(Account);

    private readonly Dictionary<ActorRef<SessionMessage>, HashSet<UsSubscriptionType>> _sessions = [];
    private readonly UsAccountHoldings _held = new();

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();

    internal static Func<Actor<UsAccountMessage>> Instances(string name, ActorRef<LedgerMessage> ledger)
    {
        var source = new SourceGap(name, $"us-private-{name}", ledger);
        return () => new UsAccountActor(name, source, ledger);
    }

    protected override ValueTask PreStart()
    {
        ledger.Tell(new LedgerMessage.GetFormerRun(source.Feed, Adapt<FormerRun>(run => new Former(name, run))));
        return default;
    }

    /// <summary>The next instance knows nobody, and nothing.</summary>
    protected override ValueTask PreRestart(Exception cause)
    {
        foreach (var session in _sessions.Keys)
            session.Tell(new SessionMessage.Leave(CloseReason.Internal));
        return default;
    }

    protected override ValueTask Receive(UsAccountMessage message)
    {
        switch (message)
        {
            case UsAccountMessage.Heard heard:
                foreach (var frame in heard.Frames)
                    Hear(frame);
                break;
            case UsAccountMessage.SourceUp:
                TellAll(source.Up(Now));
                break;
            case UsAccountMessage.SourceDown down:
                _held.Forget();
                TellAll(source.Down(down.Since, down.Reason, System.Random));
                break;
            case UsAccountMessage.Follow follow:
                Follow(follow);
                break;
            case UsAccountMessage.Unfollow unfollow:
                _sessions.GetValueOrDefault(unfollow.Session)?.Remove(unfollow.Type);
                break;
            case Former former:
                TellAll(source.Before(former.Run, Now, System.Random));
                break;
            case Left left:
                _sessions.Remove(left.Session);
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private void Follow(UsAccountMessage.Follow follow)
    {
        var isNew = !_sessions.TryGetValue(follow.Session, out var types);
        if (isNew)
        {
            _sessions.Add(follow.Session, types = []);
            Watch(follow.Session, new Left(name, follow.Session));
        }
        types!.Add(follow.Type);
        follow.Session.Tell(new UsAccountNews.Joined(name, follow.Type, follow.Request, _held.State, source.IsLive));
        if (isNew && source.Open is { } gap)
            follow.Session.Tell(new SessionMessage.AccountGapTold(gap));
    }

    private void Hear(UsAccountFrame frame)
    {
        if (_held.Take(frame, out var missed) is { } fact)
            Tell(fact);
        if (missed)
            ledger.Tell(new LedgerMessage.FeedFact(source.Feed, "gap", "the orders are others than was told: events were missed"));
    }

    private void Tell(UsAccountFact fact)
    {
        var told = new UsAccountNews.Told(name, fact);
        foreach (var (session, types) in _sessions)
        {
            if (types.Contains(fact.Type) || (fact is UsAccountFact.Orders && types.Contains(UsSubscriptionType.OrderSnapshot)))
                session.Tell(told);
        }
    }

    private void TellAll(AccountGap? gap)
    {
        if (gap is null)
            return;
        foreach (var session in _sessions.Keys)
            session.Tell(new SessionMessage.AccountGapTold(gap));
    }
}
