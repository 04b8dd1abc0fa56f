namespace Oddswire.Benchmarks.Gateways;

/// <summary>One server of the comparison: what it is, how it is started, and why it is not there if it is not.</summary>
internal sealed record Peer(string Name, string Title)
{
    internal const string Reference = "reference", Node = "node", Nats = "nats", Kestrel = "kestrel", Oddswire = "oddswire", OnSqlite = "oddswire-sqlite";
    internal const string Books = "oddswire-books", OnRtds = "oddswire-rtds", Crowded = "oddswire-crowd";

    /// <summary>What follows the name where clients speak TLS.</summary>
    internal const string Tls = "-tls";

    /// <summary>What it does less than the others, or nothing.</summary>
    internal string Job { get; init; } = "the whole job";

    internal required string Version { get; init; }
    internal required string Settings { get; init; }
    internal string Speech { get; init; } = "dome";
    internal bool IsOverTls => Name.EndsWith(Tls, StringComparison.Ordinal);

    /// <summary>The last step of a client's URL; for a publisher the port that it publishes to.</summary>
    internal string Key { get; init; } = "bench";

    /// <summary>Why it cannot be measured here.</summary>
    internal string? Missing { get; init; }

    internal required IReadOnlyList<string> Command { get; init; }
    internal required int Port { get; init; }

    /// <summary>Where its metrics are.</summary>
    internal int Operations { get; init; }
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    internal bool IsOurs => Name.StartsWith(Oddswire, StringComparison.Ordinal);
}
