namespace Oddswire.Host.Settings;

/// <summary>Markets of Polymarket US. Its socket wants a key, also for what everybody may see: that of one of the accounts.</summary>
public sealed record UsMarketsSettings(
    bool Enabled, Endpoint? Url, string Account, TimeSpan Heartbeat, TimeSpan Silence, TimeSpan Linger, TimeSpan Tidy, int Requests, int Slugs, int Connections, BackoffSettings Backoff)
{
    internal static UsMarketsSettings Read(Section at)
    {
        var settings = new UsMarketsSettings(
            at.Flag("enabled"),
            at.Endpoint("url", "wss", "ws"),
            at.OptionalText("account") ?? "",
            at.Duration("heartbeat", "1s", "1h"),
            at.Duration("silence", "1s", "1h"),
            at.Duration("linger", "0s", "1h"),
            at.Duration("tidy", "1s", "1h"),
            at.Whole("requests", 1, 1_000),
            at.Whole("slugs", 1, 10_000),
            at.Whole("connections", 1, 1_000),
            BackoffSettings.Read(at.In("backoff")));
        if (settings is { Enabled: true, Url: null }) at.Refuse("url", "an address such as wss://host/v1/ws/markets, or enabled = false", "none");
        if (settings is { Enabled: true, Account: "" }) at.Refuse("account", "one of `accounts` with venue = us, or enabled = false", "none");
        return settings;
    }
}

/// <summary>The private socket of Polymarket US: one connection for each account of the configuration there.</summary>
public sealed record UsPrivateSettings(Endpoint? Url, TimeSpan Heartbeat, TimeSpan Check, bool Rfq, BackoffSettings Backoff)
{
    internal static UsPrivateSettings Read(Section at)
    {
        var settings = new UsPrivateSettings(
            at.Endpoint("url", "wss", "ws"), at.Duration("heartbeat", "1s", "1h"), at.Duration("check", "1s", "1d"), at.Flag("rfq"), BackoffSettings.Read(at.In("backoff")));
        if (settings.Url is null) at.Refuse("url", "an address such as wss://host/v1/ws/private", "none");
        return settings;
    }
}
