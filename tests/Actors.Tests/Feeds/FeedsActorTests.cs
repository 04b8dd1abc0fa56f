using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Wallets;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Actors.Tests.Feeds;

/// <summary>From a client's filter to a subscription upstream: directories, feeds and a Dome connection.</summary>
public sealed class FeedsActorTests
{
    private static readonly FeedSettings Dome = new("dome", SourceKind.Follower, new(new Uri("ws://venue/key"), []), static () => new DomeConversation(new(500, 500, TimeSpan.FromSeconds(30))))
    {
        Silence = null,
        TakesInterest = true,
    };

    private static readonly FeedSettings Rtds = new("rtds", SourceKind.Witness, new(new Uri("ws://venue/"), []), static () => new RtdsConversation(TimeSpan.FromSeconds(5)));

    private readonly TestSystem _kit = new();
    private readonly FakeUpstream _venue = new();
    private readonly Random _random = new(1);
    private readonly Probe<SessionMessage> _session;
    private readonly Probe<Following> _following;
    private readonly Probe<TapeMessage> _tape;
    private readonly Probe<LedgerMessage> _ledger;
    private readonly ActorRef<HubMessage> _wallets;
    private readonly ActorRef<HubMessage> _markets;

    public FeedsActorTests()
    {
        _session = _kit.Probe<SessionMessage>();
        _following = _kit.Probe<Following>();
        _tape = _kit.Probe<TapeMessage>();
        _ledger = _kit.Probe<LedgerMessage>();
        _wallets = _kit.Spawn(() => new WalletsActor(), "wallets");
        _markets = _kit.Spawn(() => new MarketsActor(), "markets");
    }

    private ActorRef<FeedsMessage> Start(params ImmutableArray<FeedSettings> feeds)
    {
        var actor = _kit.Spawn(() => new FeedsActor(feeds, _venue, _tape, _ledger, [_wallets, _markets]), "feeds");
        _kit.Settle();
        return actor;
    }

    private SubscriptionId Follow(OrderFilter filter, SubscriptionId? again = null)
    {
        var id = again ?? SubscriptionId.Next(_random);
        _wallets.Tell(new HubMessage.Follow(new Route(id, filter, new Letterbox(_session)), _following));
        _markets.Tell(new HubMessage.Follow(new Route(id, filter, new Letterbox(_session)), _following));
        _kit.Settle();
        return id;
    }

    private static OrderFilter Wallets(int from, int to) => OrderFilter.Of([.. Enumerable.Range(from, to - from + 1).Select(Made.Wallet)]);

    /// <summary>Lets ticks pass; the venue acknowledges each command.</summary>
    private void Serve(int socket)
    {
        for (var n = 0; n < 3; n++)
        {
            var before = _venue.Sockets[socket].Sent.Count;
            _kit.Advance(TimeSpan.FromMilliseconds(300));
            foreach (var frame in _venue.Sockets[socket].Sent.Skip(n == 0 ? _acknowledged : before))
            {
                using var json = JsonDocument.Parse(frame);
                var id = json.RootElement.TryGetProperty("subscription_id", out var given) ? given.GetString() : $"sub_{++_ids}";
                if (json.RootElement.GetProperty("action").GetString() != "unsubscribe")
                    _venue.Sockets[socket].Deliver($$"""{"type":"ack","subscription_id":"{{id}}"}""");
                _acknowledged++;
                _kit.Settle();
            }
        }
    }

    private int _ids;
    private int _acknowledged;

    private static string[] Users(string frame)
    {
        using var json = JsonDocument.Parse(frame);
        return [.. json.RootElement.GetProperty("filters").GetProperty("users").EnumerateArray().Select(static user => user.GetString()!).Order(StringComparer.Ordinal)];
    }

    private static string[] Texts(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(static n => Made.Wallet(n).ToString()).Order(StringComparer.Ordinal)];

    [Fact]
    public void What_clients_follow_is_subscribed_and_what_they_leave_is_not()
    {
        var early = Follow(Wallets(1, 2));
        Start(Dome);
        Assert.Equal(Texts(1, 2), Users(_venue.Sockets[0].Sent[0]));
        Serve(0);
        Assert.IsType<TapeMessage.SourceUp>(Assert.Single(_tape.Drain()));
        var second = Follow(Wallets(2, 3));
        Follow(Wallets(4, 4));
        Serve(0);
        Assert.Equal(Texts(1, 4), Users(_venue.Sockets[0].Sent[^1]));
        Assert.Equal(2, _venue.Sockets[0].Sent.Count);
        _wallets.Tell(new HubMessage.Unfollow(early));
        Follow(Wallets(3, 3), second);
        Serve(0);
        Assert.Equal(Texts(3, 4), Users(_venue.Sockets[0].Sent[^1]));
        Assert.Equal(3, _venue.Sockets[0].Sent.Count);
    }

    [Fact]
    public void After_a_reconnect_exactly_what_is_wanted_then_is_subscribed_once()
    {
        Start(Dome);
        var id = Follow(Wallets(1, 3));
        Serve(0);
        _venue.Refusal = new DialFailedException("away");
        _venue.Sockets[0].End(new UpstreamClosedException());
        _kit.Advance(TimeSpan.FromSeconds(5));
        Follow(Wallets(2, 3), id);
        Follow(Wallets(9, 9));
        _venue.Refusal = null;
        _kit.Advance(TimeSpan.FromMinutes(1));
        _acknowledged = 0;
        Serve(1);
        var sent = Assert.Single(_venue.Sockets[1].Sent);
        Assert.Equal([.. Texts(2, 3), .. Texts(9, 9)], Users(sent));
        Assert.Contains("\"subscribe\"", sent);
    }

    [Fact]
    public void Who_follows_everything_makes_it_ask_for_everything()
    {
        Start(Dome);
        Follow(OrderFilter.Everything);
        Serve(0);
        Assert.Equal(["*"], Users(_venue.Sockets[0].Sent[^1]));
    }

    [Fact]
    public void Markets_that_are_followed_are_asked_for_by_name()
    {
        Start(Dome);
        Follow(new OrderFilter { Slugs = Wanted.Of("market-1") });
        Serve(0);
        Assert.Contains("\"market_slugs\":[\"market-1\"]", _venue.Sockets[0].Sent[^1]);
    }

    [Fact]
    public void A_change_among_a_hundred_thousand_wallets_costs_what_changed()
    {
        var id = Follow(Wallets(1, 100_000));
        Start(Dome);
        for (var n = 0; n < 10; n++)
            Serve(0);
        var told = _venue.Sockets[0].Sent.Count;
        Assert.Equal(200, told);
        Follow(Wallets(2, 100_001), id);
        Serve(0);
        Assert.InRange(_venue.Sockets[0].Sent.Count - told, 1, 2);
        Assert.All(_venue.Sockets[0].Sent.Skip(told), frame => Assert.InRange(Users(frame).Length, 1, 500));
    }

    [Fact]
    public async Task A_feed_that_fails_as_a_whole_comes_back_with_what_is_wanted()
    {
        var feeds = Start(Dome);
        Follow(Wallets(1, 3));
        Serve(0);
        _kit.Restart(feeds);
        _kit.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Texts(1, 3), Users(Assert.Single(_venue.Sockets[^1].Sent)));
        var status = await _kit.Ask<FeedsMessage, ImmutableArray<FeedStatus>>(feeds, reply => new FeedsMessage.GetStatus(reply));
        Assert.Equal("dome", Assert.Single(status).Name);
    }

    [Fact]
    public async Task Feeds_are_found_by_name_and_listed_in_order()
    {
        _venue.Refusal = new DialFailedException("no") { Status = 401 };
        var feeds = Start(Rtds, Dome);
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _venue.Dials);
        Assert.False(await _kit.Ask<FeedsMessage, bool>(feeds, reply => new FeedsMessage.Retry("polygon", reply)));
        Assert.True(await _kit.Ask<FeedsMessage, bool>(feeds, reply => new FeedsMessage.Retry("dome", reply)));
        _kit.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, _venue.Dials);
        var status = await _kit.Ask<FeedsMessage, ImmutableArray<FeedStatus>>(feeds, reply => new FeedsMessage.GetStatus(reply));
        Assert.Equal([("dome", FeedState.Refused), ("rtds", FeedState.Refused)], status.Select(feed => (feed.Name, feed.State)));
    }

    [Fact]
    public void What_a_venue_does_not_give_is_in_the_ledger()
    {
        Start(Dome);
        Follow(OrderFilter.Everything);
        _kit.Advance(TimeSpan.FromSeconds(1));
        _venue.Sockets[0].Deliver(ServerSide.Refusal("subscribe", "WILDCARD_NOT_ALLOWED"));
        _kit.Settle();
        Assert.Contains(new LedgerMessage.FeedFact("dome", "limited", "the server refuses: WILDCARD_NOT_ALLOWED"), _ledger.Drain());
    }
}
