using System.Text;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.UsMarkets;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulator.Venues.PolymarketUs;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.UsMarkets;

/// <summary>Markets of Polymarket US from the venue to what sessions are told, of real actors, in virtual time.</summary>
internal sealed class UsGateway
{
    internal UsGateway(int seed = 1, int markets = 6, UsRules? venue = null, UsConnectionRules? connection = null, UsMarketRules? rules = null, int connections = 20)
    {
        Kit = new TestSystem(seed);
        Street = new UsStreet(Kit, seed, markets, venue);
        Ledger = Kit.Probe<LedgerMessage>();
        Markets = Kit.Spawn(() => new UsMarketsActor(rules ?? new UsMarketRules(), Ledger), "us-markets");
        var talk = connection ?? new UsConnectionRules();
        var feed = new FeedSettings("us-markets", SourceKind.Follower, new(new Uri("ws://venue/prefix/v1/ws/markets?x=1"), []), () => new UsMarketsConversation(talk))
        {
            Sign = static now => [.. UsStreet.Sign(now, UsSocket.Markets)],
            Silence = null,
            Backoff = new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30), Jitter.Full),
        };
        Feed = Kit.Spawn(() => new UsMarketsFeedActor(new UsMarketsFeedSettings(feed, talk) { Connections = connections }, Street, Markets, Ledger), "feed");
        Kit.Settle();
    }

    internal TestSystem Kit { get; }
    internal UsStreet Street { get; }
    internal Probe<LedgerMessage> Ledger { get; }
    internal ActorRef<UsMarketsMessage> Markets { get; }
    internal ActorRef<FeedMessage> Feed { get; }

    internal UsFollower Connect() => new(this, Kit.Probe<SessionMessage>());

    internal UsGateway Run(double seconds)
    {
        Kit.Advance(TimeSpan.FromSeconds(seconds));
        return this;
    }

    internal async Task<FeedStatus> Status() => await Kit.Ask<FeedMessage, FeedStatus>(Feed, static to => new FeedMessage.GetStatus(to));

    internal List<LedgerMessage.FeedFact> Facts() => [.. Ledger.Drain().OfType<LedgerMessage.FeedFact>()];
}

/// <summary>A client's session, as far as it follows markets: what it was told.</summary>
internal sealed class UsFollower(UsGateway gateway, Probe<SessionMessage> session)
{
    private readonly List<(UsSubscriptionType Type, string Slug, string Payload)> _told = [];
    private readonly List<UsMarketNews.Gap> _gaps = [];
    private readonly HashSet<(UsSubscriptionType Type, string Slug)> _inGap = [];

    internal HashSet<(UsSubscriptionType Type, string Slug)> Wanted { get; } = [];

    internal List<UsMarketNews.Gap> Gaps => Read()._gaps;

    internal List<(UsSubscriptionType Type, string Slug, string Payload)> Told => Read()._told;

    internal UsFollower Follow(UsSubscriptionType type, params IEnumerable<string> slugs)
    {
        string[] all = [.. slugs];
        Read()._inGap.ExceptWith(all.Select(slug => (type, slug)));     // who begins is told what lasts
        Wanted.UnionWith(all.Select(slug => (type, slug)));
        gateway.Markets.Tell(new UsMarketsMessage.Follow(session, type, [.. all]));
        return this;
    }

    internal UsFollower Unfollow(UsSubscriptionType type, params IEnumerable<string> slugs)
    {
        string[] all = [.. slugs];
        Wanted.ExceptWith(all.Select(slug => (type, slug)));
        gateway.Markets.Tell(new UsMarketsMessage.Unfollow(session, type, [.. all]));
        return this;
    }

    internal string? Last(UsSubscriptionType type, string slug) => Told.LastOrDefault(told => told.Type == type && told.Slug == slug).Payload;

    internal IEnumerable<string> All(UsSubscriptionType type, string slug) => Told.Where(told => told.Type == type && told.Slug == slug).Select(static told => told.Payload);

    /// <summary>Nobody listens to it at the moment, it was told.</summary>
    internal bool IsInGap(UsSubscriptionType type, string slug) => Read()._inGap.Contains((type, slug));

    private UsFollower Read()
    {
        gateway.Kit.Settle();
        foreach (var message in session.Drain())
        {
            switch (message)
            {
                case UsMarketNews.Held held:
                    _told.Add((held.Type, held.Slug, Encoding.UTF8.GetString(held.Payload.Camel.Span)));
                    break;
                case UsMarketNews.Told told:
                    _told.Add((told.Type, told.Slug, Encoding.UTF8.GetString(told.Payload.Camel.Span)));
                    break;
                case UsMarketNews.Gap gap:
                    _gaps.Add(gap);
                    if (gap.To is null)
                        _inGap.Add((gap.Type, gap.Slug));
                    else
                        _inGap.Remove((gap.Type, gap.Slug));
                    break;
            }
        }
        return this;
    }
}
