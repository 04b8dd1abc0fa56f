namespace Oddswire.Actors.Sessions;

/// <summary>What clients of Polymarket US get, and what one of their sockets may cost.</summary>
public sealed record UsRules
{
    /// <summary>Subscriptions of one socket, and the slugs of all of them together.</summary>
    public int Requests { get; init; } = 1_000;

    public int Slugs { get; init; } = 20_000;

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a book is sent at most to who asks for debounced responses.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Orders and positions that are held are told at once to who subscribes to changes of them.</summary>
    public bool SnapshotOnSubscribe { get; init; } = true;

    /// <summary>Positions and balances under the older keys, for every client.</summary>
    public bool LegacyPayloads { get; init; }

    /// <summary>Orders, or positions, in one frame of a snapshot.</summary>
    public int SnapshotChunk { get; init; } = 100;

    /// <summary>How long a snapshot of orders waits for the venue before it has failed.</summary>
    public TimeSpan SnapshotWait { get; init; } = TimeSpan.FromSeconds(10);
}
