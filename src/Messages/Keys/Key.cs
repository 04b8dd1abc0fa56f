using System.Collections.Immutable;

namespace Oddswire.Messages.Keys;

public enum Tier { Free, Dev, Enterprise }

/// <summary>What one key may do. The key itself is nowhere: only its hash is kept, and what is named is its owner.</summary>
public sealed record Key(string Name, Tier Tier, ImmutableArray<string> Scopes, KeyLimits Limits)
{
    /// <summary>SHA-256 in lower-case hexadecimal. Null: a key that is on no ring, and that nothing revokes.</summary>
    public string? Hash { get; init; }

    public KeyKind Kind { get; init; }

    /// <summary>Of kind Ed25519 alone.</summary>
    public SigningKey? Signing { get; init; }

    public bool May(string scope) => Scopes.Contains(scope);
}

public sealed record KeyLimits(int Subscriptions, int WalletsPerSubscription, bool Wildcard, int Connections, int CommandsPerSecond, int RequestsPerSecond)
{
    /// <summary>What Dome's tiers sold; enterprise is set per key and starts wide.</summary>
    public static KeyLimits Of(Tier tier) => tier switch
    {
        Tier.Free => new(2, 5, false, 10, 20, 1),
        Tier.Dev => new(500, 500, true, 100, 100, 100),
        _ => new(100_000, 1_000_000, true, 10_000, 1_000, 1_000),
    };
}
