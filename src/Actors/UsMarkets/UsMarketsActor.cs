using System.Collections.Immutable;
using Oddswire.Actors.Routing;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.UsMarkets;

/// <summary>
/// /us-markets: what somebody follows of Polymarket US, with an actor below per market. Any number of followers is one wish to the feed, and it lasts
/// a moment longer than they. It is split by subject: followers (here), and the venue's side.
/// </summary>
public sealed partial class UsMarketsActor(UsMarketRules rules, ActorRef<LedgerMessage> ledger) : Actor<UsMarketsMessage>
{
    private sealed record Replied(UsMarketReply Reply) : UsMarketsMessage;
    private sealed record MarketStopped(string Slug, ActorRef<UsMarketCommand> Actor) : UsMarketsMessage;
    private sealed record Beat : UsMarketsMessage;

    private const string EveryMarket = "";
    private const int LongestName = 80;

    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);
    private static readonly ImmutableArray<UsSubscriptionType> Types = [UsSubscriptionType.MarketData, UsSubscriptionType.MarketDataLite, UsSubscriptionType.Trade];

    /// <summary>Something that is wanted of the feed.</summary>
    private sealed class Wish
    {
        internal HashSet<ActorRef<SessionMessage>> Followers { get; } = [];

        /// <summary>Nobody follows it: it goes then, by the clock that does not jump.</summary>
        internal long? EndsAt { get; set; }
    }

    private sealed class Place(ActorRef<UsMarketCommand> actor)
    {
        internal ActorRef<UsMarketCommand> Actor { get; } = actor;
        internal HashSet<UsSubscriptionType> Types { get; } = [];
    }

    private readonly InterestReport _report = new();
    private readonly Dictionary<Interest, Wish> _wishes = [];
    private readonly HashSet<Interest> _ending = [];
    private readonly Dictionary<string, Place> _markets = new(StringComparer.Ordinal);
    private ActorRef<UsMarketReply>? _replies;
    private GatheredGaps? _gaps;
    private int _spawned;

    private long Running => Moment.Of(System.Time).Running;

    /// <summary>A market that failed has lost what it held; its clients come back to a new one.</summary>
    protected override SupervisorStrategy Supervision => SupervisorStrategy.StopChildren;

    protected override ValueTask PreStart()
    {
        _replies = Adapt<UsMarketReply>(static reply => new Replied(reply));
        _gaps = new GatheredGaps(FeedName, ledger, System.Random);
        Timers.Every("beat", new Beat(), BeatEvery);
        return default;
    }

    /// <summary>The next instance knows nobody.</summary>
    protected override ValueTask PreRestart(Exception cause)
    {
        foreach (var session in _wishes.Values.SelectMany(static wish => wish.Followers).Distinct())
            session.Tell(new SessionMessage.Leave(CloseReason.Internal));
        return default;
    }

    protected override ValueTask Receive(UsMarketsMessage message)
    {
        switch (message)
        {
            case UsMarketsMessage.Heard heard:
                Hear(heard);
                break;
            case UsMarketsMessage.Follow { Slugs.IsEmpty: true } follow:
                FollowAll(follow.Session, follow.Type);
                break;
            case UsMarketsMessage.Follow follow:
                foreach (var slug in follow.Slugs)
                    Follow(follow.Session, follow.Type, slug);
                break;
            case UsMarketsMessage.Unfollow { Slugs.IsEmpty: true } unfollow:
                UnfollowAll(unfollow.Session, unfollow.Type);
                break;
            case UsMarketsMessage.Unfollow unfollow:
                foreach (var slug in unfollow.Slugs)
                    Unfollow(unfollow.Session, unfollow.Type, slug);
                break;
            case Beat:
                EndWishes();
                foreach (var market in _markets.Values)
                    market.Actor.Tell(new UsMarketCommand.Beat());
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
        TellOn();
        return default;
    }

    private void Follow(ActorRef<SessionMessage> session, UsSubscriptionType type, string slug)
    {
        if (slug.Length == 0)
            return;     // that is no market's, and stands for all of them
        Begin(session, Interest.In(type, slug));
        var place = PlaceOf(slug);
        Keep(place, type);
        place.Actor.Tell(new UsMarketCommand.Follow(session, type));
    }

    private void FollowAll(ActorRef<SessionMessage> session, UsSubscriptionType type)
    {
        Begin(session, Interest.In(type, EveryMarket));
        foreach (var place in _markets.Values)
        {
            Keep(place, type);
            place.Actor.Tell(new UsMarketCommand.Follow(session, type));
        }
    }

    private void Begin(ActorRef<SessionMessage> session, Interest what)
    {
        if (!_wishes.TryGetValue(what, out var wish))
        {
            _wishes.Add(what, wish = new Wish());
            _report.Began(what);
        }
        wish.Followers.Add(session);
        wish.EndsAt = null;
        _ending.Remove(what);
    }

    private void Unfollow(ActorRef<SessionMessage> session, UsSubscriptionType type, string slug)
    {
        if (End(session, Interest.In(type, slug)) && !Follows(session, Interest.In(type, EveryMarket)) && _markets.TryGetValue(slug, out var place))
            place.Actor.Tell(new UsMarketCommand.Unfollow(session, type));
    }

    private void UnfollowAll(ActorRef<SessionMessage> session, UsSubscriptionType type)
    {
        if (!End(session, Interest.In(type, EveryMarket)))
            return;
        foreach (var (slug, place) in _markets)
        {
            if (!Follows(session, Interest.In(type, slug)))
                place.Actor.Tell(new UsMarketCommand.Unfollow(session, type));
        }
    }

    private bool End(ActorRef<SessionMessage> session, Interest what)
    {
        if (!_wishes.TryGetValue(what, out var wish) || !wish.Followers.Remove(session))
            return false;
        if (wish.Followers.Count == 0)
        {
            wish.EndsAt = Running + (long)rules.Linger.TotalMilliseconds;
            _ending.Add(what);
        }
        return true;
    }

    private bool Follows(ActorRef<SessionMessage> session, Interest what) => _wishes.TryGetValue(what, out var wish) && wish.Followers.Contains(session);

    private void EndWishes()
    {
        foreach (var what in _ending)
        {
            if (_wishes[what].EndsAt > Running)
                continue;
            _ending.Remove(what);
            _wishes.Remove(what);
            _report.Ended(what);
            var (type, slug) = (what.Us!.Value, what.Slug!);
            if (slug.Length > 0)
                DropUnlessWanted(slug, type);
            else
                foreach (var market in _markets.Keys.ToArray())
                    DropUnlessWanted(market, type);
        }
    }

    private void DropUnlessWanted(string slug, UsSubscriptionType type)
    {
        if (_wishes.ContainsKey(Interest.In(type, slug)) || _wishes.ContainsKey(Interest.In(type, EveryMarket))
            || !_markets.TryGetValue(slug, out var place) || !place.Types.Remove(type))
            return;
        place.Actor.Tell(new UsMarketCommand.Drop(type));
        if (place.Types.Count == 0)
            _markets.Remove(slug);
    }

    private static void Keep(Place place, UsSubscriptionType type)
    {
        if (place.Types.Add(type))
            place.Actor.Tell(new UsMarketCommand.Keep(type));
    }

    private Place PlaceOf(string slug)
    {
        if (_markets.TryGetValue(slug, out var place))
            return place;
        // A client's text: no path of actors is made of it as it is.
        var name = string.Concat(slug.Take(LongestName).Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '.'));
        var actor = Spawn(Props.Of(() => new UsMarketActor(slug, rules, _replies!)), $"{name}~{++_spawned}");
        _markets.Add(slug, place = new Place(actor));
        Watch(actor, new MarketStopped(slug, actor));
        foreach (var type in Types)
        {
            if (!_wishes.TryGetValue(Interest.In(type, EveryMarket), out var wish))
                continue;
            Keep(place, type);
            foreach (var session in wish.Followers)
                actor.Tell(new UsMarketCommand.Follow(session, type));
        }
        return place;
    }
}
