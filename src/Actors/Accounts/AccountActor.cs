using System.Collections.Immutable;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>
/// One account: hands its events on as they came, each once, to every client that may read it, and keeps the last state of each order and trade
/// for who comes later. The venue replays nothing, so time without a connection is a gap, told and on record.
/// </summary>
internal sealed class AccountActor(string name, SourceGap source, ActorRef<LedgerMessage> ledger) : Actor<AccountMessage>
{
    private sealed record Left(string Account, ActorRef<SessionMessage> Session) : AccountMessage(Account);
    private sealed record Former(string Account, FormerRun Run) : AccountMessage(Account);

    private readonly HashSet<ActorRef<SessionMessage>> _sessions = [];
    private readonly LastStates _states = new();

    internal static Func<Actor<AccountMessage>> Instances(string name, ActorRef<LedgerMessage> ledger)
    {
        var source = new SourceGap(name, $"clob-user-{name}", ledger);
        return () => new AccountActor(name, source, ledger);
    }

    protected override ValueTask PreStart()
    {
        ledger.Tell(new LedgerMessage.GetFormerRun(source.Feed, Adapt<FormerRun>(run => new Former(name, run))));
        return default;
    }

    /// <summary>The next instance knows nobody, and nothing.</summary>
    protected override ValueTask PreRestart(Exception cause)
    {
        foreach (var session in _sessions)
            session.Tell(new SessionMessage.Leave(CloseReason.Internal));
        return default;
    }

    protected override ValueTask Receive(AccountMessage message)
    {
        switch (message)
        {
            case AccountMessage.Heard heard:
                Heard(heard.Events);
                break;
            case AccountMessage.SourceUp:
                Tell(source.Up(Now));
                break;
            case AccountMessage.SourceDown down:
                Tell(source.Down(down.Since, down.Reason, System.Random));
                break;
            case AccountMessage.Join join:
                if (_sessions.Add(join.Session))
                    Watch(join.Session, new Left(name, join.Session));
                join.Session.Tell(new SessionMessage.AccountJoined(name, _states.All, source.IsLive));
                if (source.Open is { } gap)
                    join.Session.Tell(new SessionMessage.AccountGapTold(gap));
                break;
            case Former former:
                Tell(source.Before(former.Run, Now, System.Random));
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

    private void Heard(ImmutableArray<AccountEvent> events)
    {
        ImmutableArray<AccountEvent> news = [.. events.Where(_states.IsNews)];
        if (!news.IsEmpty)
            Tell(new SessionMessage.AccountTold(news));
    }

    private void Tell(AccountGap? gap)
    {
        if (gap is not null)
            Tell(new SessionMessage.AccountGapTold(gap));
    }

    private void Tell(SessionMessage message)
    {
        foreach (var session in _sessions)
            session.Tell(message);
    }

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
