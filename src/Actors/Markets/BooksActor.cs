using Oddswire.Actors.Ports;
using Oddswire.Actors.Routing;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Markets;

/// <summary>
/// /books: which tokens somebody follows, and the market of each, with an actor below per market. A client names tokens alone, and what happens to one
/// of a market's tokens happens to the other in the same event: so it is the venue's first word on a token that says where it belongs. It is split by
/// subject: followers (here), the venue's side, and REST.
/// </summary>
public sealed partial class BooksActor(BookRules rules, IBookSource? source, ActorRef<LedgerMessage> ledger) : Actor<BooksMessage>
{
    private sealed record Replied(MarketReply Reply) : BooksMessage;
    private sealed record MarketStopped(ConditionId Market, ActorRef<MarketCommand> Actor) : BooksMessage;
    private sealed record Beat : BooksMessage;

    private static readonly TimeSpan BeatEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>A token that somebody follows.</summary>
    private sealed class Entry
    {
        internal HashSet<ActorRef<SessionMessage>> Followers { get; } = [];
        internal Place? Market { get; set; }

        /// <summary>There is no book of it (unknown), or none any more (settled): the feed is not asked for it.</summary>
        internal BookState State { get; set; } = BookState.Waiting;

        internal long LookAt { get; set; }

        /// <summary>The venue says that it is over, and REST is asked whether that is so.</summary>
        internal bool MayBeOver { get; set; }

        internal bool IsWanted => State is not (BookState.Unknown or BookState.Settled);
    }

    private sealed class Place(ConditionId market, ActorRef<MarketCommand> actor)
    {
        internal ConditionId Market { get; } = market;
        internal ActorRef<MarketCommand> Actor { get; } = actor;
        internal HashSet<TokenId> Tokens { get; } = [];
    }

    private readonly InterestReport _report = new();
    private readonly Dictionary<TokenId, Entry> _tokens = [];
    private readonly Dictionary<ConditionId, Place> _markets = [];
    private readonly Dictionary<ActorRef<SessionMessage>, int> _sessions = [];
    private readonly HashSet<TokenId> _left = [];       // in this turn: of what is followed anew in the same one the feed hears nothing
    private ActorRef<MarketReply>? _replies;
    private GatheredGaps? _gaps;
    private int _spawned;

    private long Wall => Moment.Of(System.Time).Wall;

    private long Running => Moment.Of(System.Time).Running;

    /// <summary>A market that failed has lost its books; its clients come back to a new one.</summary>
    protected override SupervisorStrategy Supervision => SupervisorStrategy.StopChildren;

    protected override ValueTask PreStart()
    {
        _replies = Adapt<MarketReply>(static reply => new Replied(reply));
        _gaps = new GatheredGaps(FeedName, ledger, System.Random);
        Timers.Every("beat", new Beat(), BeatEvery);
        return default;
    }

    /// <summary>The next instance knows nobody.</summary>
    protected override ValueTask PreRestart(Exception cause)
    {
        foreach (var session in _sessions.Keys)
            session.Tell(new SessionMessage.Leave(CloseReason.Internal));
        return default;
    }

    protected override ValueTask Receive(BooksMessage message)
    {
        switch (message)
        {
            case BooksMessage.Heard heard:
                Hear(heard);
                break;
            case BooksMessage.Follow follow:
                foreach (var token in follow.Tokens)
                    Follow(follow.Session, token);
                break;
            case BooksMessage.Unfollow unfollow:
                foreach (var token in unfollow.Tokens)
                    Unfollow(unfollow.Session, token);
                break;
            case BooksMessage.Refresh refresh:
                foreach (var token in refresh.Tokens)
                    _tokens.GetValueOrDefault(token)?.Market?.Actor.Tell(new MarketCommand.Refresh(refresh.Session, token));
                break;
            case BooksMessage.GetBook get:
                Glance(get);
                break;
            case MarketStopped stopped:
                HasStopped(stopped);
                break;
            case Answered answered:
                Take(answered);
                break;
            case AskDue:
                AskNow();
                break;
            case Beat:
                LookAround();
                break;
            default:
                HearVenue(message);
                break;
        }
        return default;
    }

    protected override ValueTask TurnEnded()
    {
        _report.TurnEnded();
        Mend();
        _left.Clear();
        return default;
    }

    private void Follow(ActorRef<SessionMessage> session, TokenId token)
    {
        if (!_tokens.TryGetValue(token, out var entry))
        {
            _tokens.Add(token, entry = new Entry { LookAt = Running + (long)rules.Absence.TotalMilliseconds });
            _report.Began(Interest.In(token));
            if (_left.Remove(token))
                _again.Add(token);      // its book is gone: without asking no other one comes
        }
        if (!entry.Followers.Add(session))
            return;
        _sessions[session] = _sessions.GetValueOrDefault(session) + 1;
        entry.Market?.Actor.Tell(new MarketCommand.Follow(session, token));
        if (entry.IsWanted)
            return;
        session.Tell(new BookNews.Opening(default, token, default));
        if (entry.State == BookState.Unknown)
            Ask(token);     // it may have come since
    }

    private void Unfollow(ActorRef<SessionMessage> session, TokenId token)
    {
        if (!_tokens.TryGetValue(token, out var entry) || !entry.Followers.Remove(session))
            return;
        if (--_sessions[session] == 0)
            _sessions.Remove(session);
        if (entry.Followers.Count > 0)
        {
            entry.Market?.Actor.Tell(new MarketCommand.Unfollow(session, token));
            return;
        }
        _tokens.Remove(token);
        if (entry.IsWanted)
        {
            _report.Ended(Interest.In(token));
            _left.Add(token);
        }
        Leave(token, entry);
    }

    /// <summary>Its market keeps the book no longer; with its last token the market goes.</summary>
    private void Leave(TokenId token, Entry entry)
    {
        if (entry.Market is not { } place)
            return;
        entry.Market = null;
        place.Tokens.Remove(token);
        place.Actor.Tell(new MarketCommand.Drop(token));
        _gaps!.Close(token.ToString(), missed: true, Wall);
        if (place.Tokens.Count == 0)
            _markets.Remove(place.Market);
    }

    /// <summary>The venue has said whose token it is.</summary>
    private Place Settle(TokenId token, Entry entry, ConditionId market)
    {
        if (!_markets.TryGetValue(market, out var place))
        {
            var actor = Spawn(Props.Of(() => new MarketActor(market, rules, _replies!)), $"{market}~{++_spawned}");
            _markets.Add(market, place = new Place(market, actor));
            Watch(actor, new MarketStopped(market, actor));
        }
        entry.Market = place;
        entry.State = BookState.Waiting;
        place.Tokens.Add(token);
        place.Actor.Tell(new MarketCommand.Keep(token));
        foreach (var session in entry.Followers)
            place.Actor.Tell(new MarketCommand.Follow(session, token));
        return place;
    }

    /// <summary>Not because nobody followed it: it has failed.</summary>
    private void HasStopped(MarketStopped stopped)
    {
        if (!_markets.TryGetValue(stopped.Market, out var place) || place.Actor != stopped.Actor)
            return;
        _markets.Remove(stopped.Market);
        foreach (var token in place.Tokens)
        {
            var entry = _tokens[token];
            entry.Market = null;
            _gaps!.Close(token.ToString(), missed: true, Wall);
            foreach (var session in entry.Followers)
                session.Tell(new SessionMessage.Leave(CloseReason.Internal));
        }
    }

    private void Glance(BooksMessage.GetBook get)
    {
        if (_tokens.GetValueOrDefault(get.Token) is { Market: { } place })
            place.Actor.Tell(new MarketCommand.Glance(get.Token, get.ReplyTo));
        else
            get.ReplyTo.Tell(new BookGlance(get.Token, _tokens.TryGetValue(get.Token, out var entry) ? entry.State : BookState.Unknown, "", default));
    }
}
