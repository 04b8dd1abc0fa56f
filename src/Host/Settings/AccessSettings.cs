namespace Oddswire.Host.Settings;

/// <summary>What one key may cost: sockets, commands a second, bytes of a frame, bytes that wait for a slow client.</summary>
public sealed record LimitsSettings(int Connections, int Commands, int Frame, long Outbox)
{
    internal static LimitsSettings Read(Section at) => new(
        at.Whole("connections", 1, 1_000_000),
        at.Whole("commands", 1, 1_000_000),
        (int)at.Size("frame", "1KiB", "64MiB"),
        at.Size("outbox", "64KiB", "1GiB"));
}

/// <summary>Whether protocols without keys of their own are open beyond loopback, and what they may cost.</summary>
public sealed record ClobSettings(bool Open, int Connections, int Commands, int Tokens)
{
    internal static ClobSettings Read(Section at) => new(
        at.Flag("open"),
        at.Whole("connections", 1, 1_000_000),
        at.Whole("commands", 1, 100_000),
        at.Whole("tokens", 1, 100_000));
}

/// <summary>What clients of Polymarket US get, and what one socket may cost.</summary>
public sealed record UsSettings(bool LegacyPayloads, bool SnapshotOnSubscribe, TimeSpan Heartbeat, TimeSpan Debounce, int Requests, int Slugs)
{
    internal static UsSettings Read(Section at) => new(
        at.Flag("legacy_payloads"),
        at.Flag("snapshot_on_subscribe"),
        at.Duration("heartbeat", "1s", "5m"),
        at.Duration("debounce", "50ms", "1m"),
        at.Whole("requests", 1, 100_000),
        at.Whole("slugs", 1, 1_000_000));
}
