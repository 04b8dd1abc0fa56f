using System.Collections.Immutable;

namespace Oddswire.Host.Settings;

/// <summary>How long to wait before the next dial: full jitter below a limit that doubles from First to Max.</summary>
public sealed record BackoffSettings(TimeSpan First, TimeSpan Max)
{
    internal static BackoffSettings Read(Section at)
    {
        var backoff = new BackoffSettings(at.Duration("first", "10ms", "1h"), at.Duration("max", "10ms", "1h"));
        if (backoff.First > backoff.Max) at.Refuse("max", "no less than `first`", "less");
        return backoff;
    }
}

/// <summary>Polymarket's activity feed: fast, and it loses.</summary>
public sealed record RtdsSettings(bool Enabled, Endpoint? Url, TimeSpan Ping, TimeSpan Silence, TimeSpan Redial, BackoffSettings Backoff)
{
    internal static RtdsSettings Read(Section at)
    {
        var settings = new RtdsSettings(
            at.Flag("enabled"),
            at.Endpoint("url", "wss", "ws"),
            at.Duration("ping", "100ms", "1m"),
            at.Duration("silence", "1s", "1h"),
            at.Duration("redial", "10s", "1d"),
            BackoffSettings.Read(at.In("backoff")));
        if (settings is { Enabled: true, Url: null }) at.Refuse("url", "an address such as wss://host, or enabled = false", "none");
        return settings;
    }
}

/// <summary>The chain: the ground truth. Without a URL the gateway runs on RTDS alone.</summary>
public sealed record PolygonSettings(
    bool Enabled, Endpoint? Url, TimeSpan Sweep, TimeSpan Heartbeat, TimeSpan Silence, int Range, int Confirmations, ImmutableArray<string> Contracts, BackoffSettings Backoff)
{
    internal static PolygonSettings Read(Section at)
    {
        var settings = new PolygonSettings(
            at.Flag("enabled"),
            at.Endpoint("url", "wss", "ws"),
            at.Duration("sweep", "100ms", "5m"),
            at.Duration("heartbeat", "1s", "5m"),
            at.Duration("silence", "1s", "1h"),
            at.Whole("range", 1, 10_000),
            at.Whole("confirmations", 0, 1_000),
            at.Texts("contracts", "an address: 0x and 40 hexadecimal digits", IsAddress),
            BackoffSettings.Read(at.In("backoff")));
        if (settings.Silence <= settings.Sweep && settings.Silence <= settings.Heartbeat)
            at.Refuse("silence", "longer than the time between two signs of life: the shorter of `sweep` and `heartbeat`", "less");
        return settings;
    }

    private static bool IsAddress(string text) => text is ['0', 'x', .. { Length: 40 } digits] && digits.All(char.IsAsciiHexDigit);
}

/// <summary>Any Dome-compatible server as a source. How much fits into one subscription is a matter of the tier there.</summary>
public sealed record DomeFeedSettings(bool Enabled, Endpoint? Url, Secret? Key, int Subscriptions, int Wallets, TimeSpan Ping, BackoffSettings Backoff)
{
    internal static DomeFeedSettings Read(Section at)
    {
        var settings = new DomeFeedSettings(
            at.Flag("enabled"),
            at.Endpoint("url", "wss", "ws"),
            at.Secret("key"),
            at.Whole("subscriptions", 1, 1_000_000),
            at.Whole("wallets", 1, 1_000_000),
            at.Duration("ping", "1s", "5m"),
            BackoffSettings.Read(at.In("backoff")));
        if (settings is { Enabled: true, Url: null }) at.Refuse("url", "an address such as wss://host, or enabled = false", "none");
        if (settings is { Enabled: true, Key: null }) at.Refuse("key", "a key, or enabled = false", "none");
        return settings;
    }
}

/// <summary>Polymarket's order books: the market channel, and the REST beside it.</summary>
public sealed record ClobMarketSettings(
    bool Enabled, Endpoint? Url, Endpoint? Rest, TimeSpan Ping, TimeSpan Pong, TimeSpan Silence, int Tokens, int Connections, int Rate, TimeSpan Lag, BackoffSettings Backoff)
{
    internal static ClobMarketSettings Read(Section at)
    {
        var settings = new ClobMarketSettings(
            at.Flag("enabled"),
            at.Endpoint("url", "wss", "ws"),
            at.Endpoint("rest", "https", "http"),
            at.Duration("ping", "100ms", "1m"),
            at.Duration("pong", "1s", "5m"),
            at.Duration("silence", "1s", "1h"),
            at.Whole("tokens", 1, 500),
            at.Whole("connections", 1, 10_000),
            at.Whole("rate", 1, 1_000_000),
            at.Duration("lag", "100ms", "5m"),
            BackoffSettings.Read(at.In("backoff")));
        if (settings is { Enabled: true, Url: null }) at.Refuse("url", "an address such as wss://host/ws/market, or enabled = false", "none");
        if (settings.Pong <= settings.Ping) at.Refuse("pong", "longer than `ping`", "less");
        return settings;
    }
}

/// <summary>The user channel of Polymarket's CLOB: one connection for each account of the configuration.</summary>
public sealed record ClobUserSettings(Endpoint? Url, TimeSpan Ping, TimeSpan Silence, BackoffSettings Backoff)
{
    internal static ClobUserSettings Read(Section at)
    {
        var settings = new ClobUserSettings(
            at.Endpoint("url", "wss", "ws"), at.Duration("ping", "100ms", "1m"), at.Duration("silence", "1s", "1h"), BackoffSettings.Read(at.In("backoff")));
        if (settings.Url is null) at.Refuse("url", "an address such as wss://host/ws/user", "none");
        if (settings.Silence <= settings.Ping) at.Refuse("silence", "longer than `ping`", "less");
        return settings;
    }
}

public sealed record FeedsSettings(
    RtdsSettings Rtds, PolygonSettings Polygon, DomeFeedSettings Dome, ClobMarketSettings ClobMarket, ClobUserSettings ClobUser, UsMarketsSettings UsMarkets, UsPrivateSettings UsPrivate)
{
    internal static FeedsSettings Read(Section at)
    {
        var feeds = new FeedsSettings(RtdsSettings.Read(at.In("rtds")), PolygonSettings.Read(at.In("polygon")), DomeFeedSettings.Read(at.In("dome")), ClobMarketSettings.Read(at.In("clob-market")),
            ClobUserSettings.Read(at.In("clob-user")), UsMarketsSettings.Read(at.In("us-markets")), UsPrivateSettings.Read(at.In("us-private")));
        if (feeds.Polygon is not { Enabled: true, Url: null })
            return feeds;
        var sources = (feeds.Rtds.Enabled, feeds.Dome.Enabled) switch
        {
            (true, false) => "RTDS is the only source of orders, and what it loses cannot be seen",
            (false, false) => "there is no source of orders",
            _ => "what the other sources of orders lose cannot be seen",
        };
        at.Notice($"feeds.polygon.url is not set: {sources}. It is the address of a WebSocket JSON-RPC endpoint; hocon/live.conf takes it from POLYGON_RPC_URL.");
        return feeds with { Polygon = feeds.Polygon with { Enabled = false } };
    }
}
