using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// One configured feed: keeps one connection, replaces it in time by a new one that is live before the old one closes, and knows how it is.
/// Connections are restarted for ever: a venue that is down for an hour must not climb to the root. A refusal ends that, until an operator says retry.
/// </summary>
public sealed class FeedActor(
    FeedSettings feed, IUpstream upstream, ActorRef<TapeMessage> tape, ActorRef<LedgerMessage> ledger, Func<ImmutableSortedSet<Interest>> wanted,
    ActorRef<AccountMessage>? accounts = null, ActorRef<UsAccountMessage>? usAccounts = null)
    : Actor<FeedMessage>
{
    private sealed record Heard(ConnectionNews News) : FeedMessage;
    private sealed record RedialDue : FeedMessage;
    private sealed record Drained(int Connection) : FeedMessage;
    private sealed record Ended(int Connection) : FeedMessage;

    /// <summary>What the venue has sent to the old connection is still on its way when the new one is live, and nobody sends it again.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private readonly IOutlet _outlet =
        feed.Account is { } account ? new AccountOutlet(account, accounts!)
        : feed.UsAccount is { } usAccount ? new UsAccountOutlet(usAccount, usAccounts!)
        : new TapeOutlet(feed.Kind, tape);

    private readonly Lines _lines = new(feed.Name, FeedState.Connecting, ledger);
    private ActorRef<ConnectionNews>? _news;
    private int _dialled;

    protected override SupervisorStrategy Supervision { get; } = ConnectionLost.Strategy(feed.Backoff);

    protected override ValueTask PreStart()
    {
        _news = Adapt<ConnectionNews>(static news => new Heard(news));
        _lines.Become(FeedState.Connecting, Now);
        Dial();
        return default;
    }

    protected override ValueTask Receive(FeedMessage message)
    {
        switch (message)
        {
            case Heard { News: ConnectionNews.Live live }:
                BecomeLive(live.Connection);
                break;
            case Heard { News: ConnectionNews.Lost lost }:
                Lost(lost);
                break;
            case Heard { News: ConnectionNews.Limited limited }:
                _lines.Record("limited", limited.Detail);
                break;
            case RedialDue:
                Redial();
                break;
            case Drained drained:
                if (_lines.Find(drained.Connection) is { } old)
                    Stop(old.Actor);
                break;
            case Ended ended:
                HasEnded(ended.Connection);
                break;
            case FeedMessage.Want want:
                foreach (var line in _lines.All.Values.Where(static line => line.State != FeedState.Refused))
                    line.Actor.Tell(new ConnectionMessage.Want(want.Change));
                break;
            case FeedMessage.Retry:
                Retry();
                break;
            case FeedMessage.GetStatus get:
                get.ReplyTo.Tell(_lines.Status());
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private void Dial()
    {
        var number = ++_dialled;
        var actor = Spawn(Props.Of(() => new ConnectionActor(feed, number, upstream, _outlet, _news!, wanted)), $"connection-{number}");
        _lines.Add(number, actor);
        Watch(actor, new Ended(number));
    }

    /// <summary>Beside the live connection, unless its successor is on the way already: a venue that lets nobody else in is not dialled ever more.</summary>
    private void Redial()
    {
        PlanRedial();
        if (_lines.All.Count > 1)
            return;
        _lines.Record("redriven", "planned re-dial");
        Dial();
    }

    private void PlanRedial()
    {
        if (feed.Redial is { } redial)
            Timers.Once("redial", new RedialDue(), redial);
    }

    private void Retry()
    {
        if (_lines.State != FeedState.Refused)
            return;
        _lines.Clear();
        Dial();
        _lines.Become(FeedState.Connecting, Now);
    }

    /// <summary>One that was refused stays to be seen, with its reason, until somebody says retry; beside a live one it only failed to replace it.</summary>
    private void HasEnded(int number)
    {
        if (_lines.State != FeedState.Refused)
            _lines.Remove(number);
    }

    private void BecomeLive(int number)
    {
        if (_lines.Find(number) is not { } line)
            return;
        _lines.Live(number, line);
        _lines.Become(FeedState.Live, Now);
        PlanRedial();
        foreach (var (older, old) in _lines.All)
        {
            if (older >= number)
                break;
            old.State = FeedState.Draining;
            Timers.Once($"drain-{older}", new Drained(older), Overlap);
        }
    }

    private void Lost(ConnectionNews.Lost lost)
    {
        if (_lines.Find(lost.Connection) is not { } line)
            return;
        _lines.Lost(line, lost.Why);
        if (_lines.All.Values.Any(static one => one.State == FeedState.Live))
            return;
        if (_lines.All.Values.All(static one => one.State == FeedState.Refused))
            _lines.Become(FeedState.Refused, Now);
        else
            _lines.Become(!lost.Why.Refused && lost.Why.WasSilent ? FeedState.Silent : FeedState.Connecting, Now);
    }

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
