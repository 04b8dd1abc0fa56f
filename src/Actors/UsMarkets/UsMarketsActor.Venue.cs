using Oddswire.Actors.Routing;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.UsMarkets;

/// <summary>What the feed tells goes to the markets that it is about, and what they miss goes back: gathered, one message and one fact for all.</summary>
public sealed partial class UsMarketsActor
{
    private const string FeedName = "us-markets";

    private readonly GatheredFacts _facts = new(FeedName, ledger);
    private readonly List<Interest> _missing = [];
    private ActorRef<FeedMessage>? _feed;

    private void HearVenue(UsMarketsMessage message)
    {
        switch (message)
        {
            case UsMarketsMessage.Serve serve:
                _feed = serve.Feed;
                _report.Start(serve.Wanted);
                break;
            case UsMarketsMessage.TradesCovered covered:
                foreach (var slug in covered.Slugs)
                    Covered(slug, new UsMarketCommand.TradesCovered(covered.Source));
                break;
            case UsMarketsMessage.SourceDown down:
                foreach (var market in _markets.Values)
                    market.Actor.Tell(new UsMarketCommand.SourceDown(down.Source, down.Since, down.Reason));
                break;
            case Replied { Reply: UsMarketReply.Missing missing }:
                _missing.Add(Interest.In(missing.Type, missing.Slug));
                break;
            case Replied { Reply: UsMarketReply.Noted noted }:
                _facts.Note(noted.Kind, noted.What, noted.Slug);
                break;
            case Replied { Reply: UsMarketReply.Uncovered uncovered }:
                _gaps!.Open(Words(uncovered.Slug, uncovered.Type), uncovered.Since, uncovered.Reason);
                break;
            case Replied { Reply: UsMarketReply.Covered covered }:
                _gaps!.Close(Words(covered.Slug, covered.Type), covered.HasMissed, Moment.Of(System.Time).Wall);
                break;
            case MarketStopped stopped:
                HasStopped(stopped);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Hear(UsMarketsMessage.Heard heard)
    {
        foreach (var told in heard.Frames)
        {
            if (_markets.ContainsKey(told.Slug) || IsDiscovery(told))
                PlaceOf(told.Slug).Actor.Tell(new UsMarketCommand.Frame(heard.Source, told));
        }
    }

    /// <summary>A market that nobody named, told of to who follows all of them.</summary>
    private bool IsDiscovery(in UsMarketFrame told) =>
        told.Slug.Length > 0 && _markets.Count < rules.Markets && _wishes.ContainsKey(Interest.In(told.Type, EveryMarket));

    /// <param name="slug">Empty: all of them.</param>
    private void Covered(string slug, UsMarketCommand.TradesCovered covered)
    {
        if (slug.Length > 0)
        {
            if (_markets.TryGetValue(slug, out var place))
                place.Actor.Tell(covered);
            return;
        }
        foreach (var market in _markets.Values)
            market.Actor.Tell(covered);
    }

    /// <summary>Not because nobody followed it: it has failed.</summary>
    private void HasStopped(MarketStopped stopped)
    {
        if (!_markets.TryGetValue(stopped.Slug, out var place) || place.Actor != stopped.Actor)
            return;
        _markets.Remove(stopped.Slug);
        foreach (var type in place.Types)
            _gaps!.Close(Words(stopped.Slug, type), missed: true, Moment.Of(System.Time).Wall);
        var followers = place.Types
            .SelectMany(type => new[] { Interest.In(type, stopped.Slug), Interest.In(type, EveryMarket) })
            .SelectMany(what => _wishes.TryGetValue(what, out var wish) ? wish.Followers : []);
        foreach (var session in followers.Distinct())
            session.Tell(new SessionMessage.Leave(CloseReason.Internal));
    }

    private static string Words(string slug, UsSubscriptionType type) => $"{type} of {slug}";

    private void TellOn()
    {
        if (_missing.Count > 0)
            _feed?.Tell(new FeedMessage.AskElsewhere([.. _missing]));
        _missing.Clear();
        _facts.Tell();
        _gaps!.Tell();
    }
}
