using System.Collections.Immutable;
using System.Globalization;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.Accounts;

/// <summary>
/// One account: hands its events on as they came, each once, to every client that may read it, and keeps the last state of each order and trade
/// for who comes later. The venue replays nothing, so time without a connection is a gap, told and on record.
/// </summary>
internal sealed class AccountActor(string name, ActorRef<LedgerMessage> ledger) : Actor<AccountMessage>
{
    private sealed record Left(string Account, ActorRef<SessionMessage> Session) : AccountMessage(Account);

    private readonly HashSet<ActorRef<SessionMessage>> _sessions = [];
    private readonly LastStates _states = new();
    private AccountGap? _gap;
    private bool _isLive;
    private bool _wasLive;

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
                Up();
                break;
            case AccountMessage.SourceDown down:
                Down(down);
                break;
            case AccountMessage.Join join:
                if (_sessions.Add(join.Session))
                    Watch(join.Session, new Left(name, join.Session));
                join.Session.Tell(new SessionMessage.AccountJoined(name, _states.All, _isLive));
                if (_gap is not null)
                    join.Session.Tell(new SessionMessage.AccountGapTold(_gap));
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

    private void Up()
    {
        (_isLive, _wasLive) = (true, true);
        if (_gap is not { } gap)
            return;
        _gap = null;
        var over = gap with { To = Now };
        ledger.Tell(new LedgerMessage.FeedFact($"clob-user-{name}", "gap", string.Create(
            CultureInfo.InvariantCulture, $"{(over.To - over.From) / 1000.0:0.0} s from {DateTimeOffset.FromUnixTimeMilliseconds(over.From):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}: the venue replays nothing")));
        Tell(new SessionMessage.AccountGapTold(over));
    }

    /// <summary>Before it was live for the first time, nobody was promised anything.</summary>
    private void Down(AccountMessage.SourceDown down)
    {
        _isLive = false;
        if (_gap is not null || !_wasLive)
            return;
        _gap = new AccountGap(name, down.Since, null, down.Reason);
        Tell(new SessionMessage.AccountGapTold(_gap));
    }

    private void Tell(SessionMessage message)
    {
        foreach (var session in _sessions)
            session.Tell(message);
    }

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
