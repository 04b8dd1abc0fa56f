using System.Collections.Immutable;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Ports;
using Oddswire.Client.PolymarketUs;
using Oddswire.Host.Settings;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Polygon;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Host;

/// <summary>From settings to feeds.</summary>
internal static class FeedsOf
{
    // Blocks before the last swept one that are looked at again after a start: a reorg while nobody listened shows there.
    private const int LookBack = 16;

    private static readonly BouncyEd25519 Curve = new();

    /// <param name="sweptBlock">How far the tape says that the chain has been swept.</param>
    internal static ImmutableArray<FeedSettings> Settings(FeedsSettings settings, long? sweptBlock)
    {
        var feeds = ImmutableArray.CreateBuilder<FeedSettings>();
        if (settings.Rtds is { Enabled: true, Url: { } rtdsUrl } rtds)
        {
            feeds.Add(new FeedSettings("rtds", SourceKind.Witness, Address(rtdsUrl), () => new RtdsConversation(rtds.Ping))
            {
                Silence = rtds.Silence,
                Redial = rtds.Redial,
                Backoff = Backoff(rtds.Backoff),
            });
        }
        if (settings.Polygon is { Enabled: true, Url: { } polygonUrl } polygon)
        {
            var cursor = new SweepCursor { Through = sweptBlock - LookBack };
            var filter = LogFilter.All with
            {
                Contracts = [.. polygon.Contracts.Select(static contract => WireText.Parse<WalletId>(contract))],
            };
            var rules = new PolygonRules(filter, polygon.Sweep, polygon.Range, polygon.Confirmations) { Heartbeat = polygon.Heartbeat };
            feeds.Add(new FeedSettings("polygon", SourceKind.Chain, Address(polygonUrl), () => new PolygonConversation(rules, cursor))
            {
                Silence = polygon.Silence,
                Backoff = Backoff(polygon.Backoff),
            });
        }
        if (settings.Dome is { Enabled: true, Url: { } domeUrl, Key: { } key } dome)
        {
            var rules = new DomeRules(dome.Subscriptions, dome.Wallets, dome.Ping);
            // Beside sources of everything it tells of what is followed; alone it is all there is, and when it is away that is a gap.
            var kind = feeds.Count > 0 ? SourceKind.Follower : SourceKind.Witness;
            feeds.Add(new FeedSettings("dome", kind, DomeAddress(domeUrl.Uri, key) with { Ping = dome.Ping }, () => new DomeConversation(rules))
            {
                Silence = null,
                TakesInterest = true,
                Backoff = Backoff(dome.Backoff),
            });
        }
        return feeds.DrainToImmutable();
    }

    /// <summary>Those that are watched, and those that were: the tape may be told of a fill by others.</summary>
    internal static ImmutableHashSet<WalletId> Exchanges(PolygonSettings polygon) =>
        [.. PolygonContracts.Current, .. PolygonContracts.Former, .. polygon.Contracts.Select(static contract => WireText.Parse<WalletId>(contract))];

    /// <summary>One for each account. The venue replays nothing, and an old and a new connection would both be told: there is no planned change.</summary>
    internal static IEnumerable<FeedSettings> Accounts(ClobUserSettings settings, ImmutableArray<ClobAccountSettings> accounts) => accounts.Select(account =>
    {
        var credentials = account.Credentials;
        return new FeedSettings($"clob-user-{account.Name}", SourceKind.Follower, Address(settings.Url!), () => new ClobUserConversation(credentials, settings.Ping))
        {
            Account = account.Name,
            Silence = settings.Silence,
            Backoff = Backoff(settings.Backoff),
        };
    });

    /// <summary>Null: there are no markets of Polymarket US.</summary>
    internal static UsMarketsFeedSettings? UsMarkets(UsMarketsSettings settings, ImmutableArray<UsAccountSettings> accounts)
    {
        if (settings is not { Enabled: true, Url: { } url } || accounts.FirstOrDefault(account => account.Name == settings.Account) is not { } account)
            return null;
        var rules = new UsConnectionRules { Requests = settings.Requests, Slugs = settings.Slugs, Silence = settings.Heartbeat, Tidy = settings.Tidy };
        var feed = new FeedSettings("us-markets", SourceKind.Follower, Address(url), () => new UsMarketsConversation(rules))
        {
            Sign = Signed(account, UsSocket.Markets),
            Silence = null,
            TakesInterest = true,
            Backoff = Backoff(settings.Backoff),
        };
        return new UsMarketsFeedSettings(feed, rules) { Connections = settings.Connections };
    }

    /// <summary>One for each account there; orders, positions and balances of all its markets.</summary>
    internal static IEnumerable<FeedSettings> UsAccounts(UsPrivateSettings settings, ImmutableArray<UsAccountSettings> accounts) => accounts.Select(account =>
    {
        var rules = new UsPrivateRules { Silence = settings.Heartbeat, Check = settings.Check, Rfq = settings.Rfq };
        return new FeedSettings($"us-private-{account.Name}", SourceKind.Follower, Address(settings.Url!), () => new UsPrivateConversation(rules))
        {
            UsAccount = account.Name,
            Sign = Signed(account, UsSocket.Private),
            Silence = null,
            Backoff = Backoff(settings.Backoff),
        };
    });

    /// <summary>A signature is good for half a minute: each dial has its own.</summary>
    private static Func<DateTimeOffset, ImmutableArray<KeyValuePair<string, string>>> Signed(UsAccountSettings account, UsSocket socket) => now =>
    {
        var seed = account.Seed();
        var headers = UsSigning.Sign(account.KeyId, seed, now, socket, Curve);
        Array.Clear(seed);
        return [new(UsHeaders.AccessKeyName, headers.AccessKey), new(UsHeaders.TimestampName, headers.Timestamp), new(UsHeaders.SignatureName, headers.Signature)];
    };

    /// <summary>Null: there are no order books.</summary>
    internal static BookFeedSettings? Books(ClobMarketSettings settings)
    {
        if (settings is not { Enabled: true, Url: { } url })
            return null;
        var rules = new ClobMarketRules(settings.Ping, settings.Pong, TokensPerFrame: 500);
        var feed = new FeedSettings("clob-market", SourceKind.Follower, Address(url), () => new ClobMarketConversation(rules))
        {
            Silence = null,
            TakesInterest = true,
            Backoff = Backoff(settings.Backoff),
        };
        return new BookFeedSettings(feed)
        {
            TokensPerConnection = settings.Tokens,
            Connections = settings.Connections,
            FramesPerSecond = settings.Rate,
            Lag = settings.Lag,
        };
    }

    /// <summary>The key is the last step of the path, as every client of Dome has it.</summary>
    private static UpstreamAddress DomeAddress(Uri url, Secret key) =>
        new(new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + Uri.EscapeDataString(key.Reveal()) + url.Query), []);

    private static UpstreamAddress Address(Settings.Endpoint url) => new(url.Uri, []);

    private static Backoff Backoff(BackoffSettings settings) => new(settings.First, settings.Max, Jitter.Full);
}
