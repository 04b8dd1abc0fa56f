using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Oddswire.Host.Settings;
using Oddswire.Messages.Keys;

namespace Oddswire.Host.Downstream;

/// <summary>Who may come in. It knows hashes only, and compares nothing else.</summary>
public sealed class Keyring
{
    private volatile ImmutableDictionary<string, Key> _byHash;

    public Keyring(ImmutableArray<KeySettings> configured, LimitsSettings limits) =>
        _byHash = configured.ToImmutableDictionary(static key => key.Sha256, key => Of(key, limits));

    public Key? Find(string secret) => _byHash.GetValueOrDefault(Hash(secret));

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static Key Of(KeySettings key, LimitsSettings limits)
    {
        var tier = key.Tier switch { KeyTier.Free => Tier.Free, KeyTier.Dev => Tier.Dev, KeyTier.Enterprise => Tier.Enterprise };
        var sold = KeyLimits.Of(tier);
        return new Key(key.Name, tier, key.Scopes, sold with
        {
            Subscriptions = key.Subscriptions ?? sold.Subscriptions,
            WalletsPerSubscription = key.Wallets ?? sold.WalletsPerSubscription,
            Connections = limits.Connections,
            CommandsPerSecond = limits.Commands,
        });
    }
}
