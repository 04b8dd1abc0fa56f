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

public sealed record UsSettings(bool LegacyPayloads, bool SnapshotOnSubscribe)
{
    internal static UsSettings Read(Section at) => new(at.Flag("legacy_payloads"), at.Flag("snapshot_on_subscribe"));
}
