using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
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
    ActorRef<AccountMessage>? accounts = null)
    : Actor<FeedMessage>
{
    private sealed record Heard(ConnectionNews News) : FeedMessage;
    private sealed record RedialDue : FeedMessage;
    private sealed record Drained(int Connection) : FeedMessage;
    private sealed record Ended(int Connection) : FeedMessage;

    /// <summary>What the venue has sent to the old connection is still on its way when the new one is live, and nobody sends it again.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private sealed class Line(ActorRef<ConnectionMessage> actor)
    {
        internal ActorRef<ConnectionMessage> Actor { get; } = actor;
        internal FeedState State { get; set; } = FeedState.Connecting;
        internal int Restarts { get; set; }
        internal string? LastError { get; set; }
    }

    private readonly IOutlet _outlet = feed.Account is { } account ? new AccountOutlet(account, accounts!) : new TapeOutlet(feed.Kind, tape);
    private readonly SortedDictionary<int, Line> _lines = [];
    private ActorRef<ConnectionNews>? _news;
    private int _dialled;
    private FeedState _state;
    private long _since;

    protected override SupervisorStrategy Supervision { get; } = ConnectionLost.Strategy(feed.Backoff);

    protected override ValueTask PreStart()
    {
        _news = Adapt<ConnectionNews>(static news => new Heard(news));
        _since = Now;
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
                ledger.Tell(new LedgerMessage.FeedFact(feed.Name, "limited", limited.Detail));
                break;
            case RedialDue:
                Redial();
                break;
            case Drained drained:
                if (_lines.TryGetValue(drained.Connection, out var old))
                    Stop(old.Actor);
                break;
            case Ended ended:
                HasEnded(ended.Connection);
                break;
            case FeedMessage.Want want:
                foreach (var line in _lines.Values.Where(static line => line.State != FeedState.Refused))
                    line.Actor.Tell(new ConnectionMessage.Want(want.Change));
                break;
            case FeedMessage.Retry:
                Retry();
                break;
            case FeedMessage.GetStatus get:
                get.ReplyTo.Tell(Status());
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
        _lines.Add(number, new Line(actor));
        Watch(actor, new Ended(number));
    }

    /// <summary>Beside the live connection, unless its successor is on the way already: a venue that lets nobody else in is not dialled ever more.</summary>
    private void Redial()
    {
        PlanRedial();
        if (_lines.Count > 1)
            return;
        ledger.Tell(new LedgerMessage.FeedFact(feed.Name, "redriven", "planned re-dial"));
        Dial();
    }

    private void PlanRedial()
    {
        if (feed.Redial is { } redial)
            Timers.Once("redial", new RedialDue(), redial);
    }

    private void Retry()
    {
        if (_state != FeedState.Refused)
            return;
        _lines.Clear();
        Dial();
        Become(FeedState.Connecting);
    }

    /// <summary>One that was refused stays to be seen, with its reason, until somebody says retry; beside a live one it only failed to replace it.</summary>
    private void HasEnded(int number)
    {
        if (_state != FeedState.Refused)
            _lines.Remove(number);
    }

    private void BecomeLive(int number)
    {
        if (!_lines.TryGetValue(number, out var line))
            return;
        line.State = FeedState.Live;
        line.LastError = null;
        ledger.Tell(new LedgerMessage.FeedFact(feed.Name, "connected", $"connection {number}"));
        Become(FeedState.Live);
        PlanRedial();
        foreach (var (older, old) in _lines)
        {
            if (older >= number)
                break;
            old.State = FeedState.Draining;
            Timers.Once($"drain-{older}", new Drained(older), Overlap);
        }
    }

    private void Lost(ConnectionNews.Lost lost)
    {
        if (!_lines.TryGetValue(lost.Connection, out var line))
            return;
        line.Restarts++;
        line.LastError = lost.Why.Message;
        line.State = lost.Why.Refused ? FeedState.Refused : FeedState.Connecting;
        var kind = lost.Why.Refused ? "refused" : lost.Why.Message.StartsWith("silent", StringComparison.Ordinal) ? "silent" : "lost";
        ledger.Tell(new LedgerMessage.FeedFact(feed.Name, kind, lost.Why.Message));
        if (_lines.Values.Any(static one => one.State == FeedState.Live))
            return;
        if (_lines.Values.All(static one => one.State == FeedState.Refused))
            Become(FeedState.Refused);
        else
            Become(kind == "silent" ? FeedState.Silent : FeedState.Connecting);
    }

    private void Become(FeedState state)
    {
        if (_state == state)
            return;
        _state = state;
        _since = Now;
    }

    private FeedStatus Status() => new(feed.Name, _state, _since,
        [.. _lines.Select(static line => new ConnectionStatus(line.Key, line.Value.State, line.Value.Restarts, line.Value.LastError))]);

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}
