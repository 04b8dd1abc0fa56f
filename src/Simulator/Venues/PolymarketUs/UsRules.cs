namespace Oddswire.Simulator.Venues.PolymarketUs;

// What is configurable of the US venue, because nobody knows it or because it differs between versions.
public sealed record UsRules
{
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);

    // Slugs of a request beyond it are dropped without a word, as two people claim; none: all are taken, as others saw.
    public int? SlugsPerRequest { get; init; }

    // Position and balance updates under the older keys, on which published SDKs fire their events.
    public bool LegacyPayloads { get; init; }

    // Orders in one frame of a snapshot.
    public int SnapshotChunk { get; init; } = 2;
}
