using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Oddswire.Messages.Keys;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Keys;

/// <summary>
/// Who may come in, as of the last commit: read by the doors on any thread, replaced whole by the one actor that owns the stored keys, and
/// not lost with an instance of it. It knows hashes only, and compares nothing else.
/// </summary>
public sealed class Keyring(ImmutableArray<KeyRecord> configured, int connections, int commandsPerSecond)
{
    private sealed record Ring(ImmutableArray<KeyRecord> Stored, ImmutableDictionary<string, Key> ByHash);

    private volatile Ring _ring = Make(configured, [], connections, commandsPerSecond);

    /// <summary>With no key on it.</summary>
    public static Keyring Empty => new([], 0, 0);

    public ImmutableArray<KeyRecord> Configured => configured;
    public ImmutableArray<KeyRecord> Stored => _ring.Stored;

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>With the length of each part, so that no other three make the same text.</summary>
    public static string Hash(ClobCredentials credentials) =>
        Hash($"clob {credentials.ApiKey.Length}:{credentials.ApiKey}{credentials.Secret.Length}:{credentials.Secret}{credentials.Passphrase.Length}:{credentials.Passphrase}");

    /// <summary>Of a key that signs nothing but its id is sent.</summary>
    public static string HashOfId(string keyId) => Hash($"ed25519 {keyId}");

    public Key? Find(string secret) => Find(Hash(secret), KeyKind.Dome);

    public Key? Find(ClobCredentials credentials) => Find(Hash(credentials), KeyKind.Clob);

    /// <summary>Whose signature is to be checked: nobody has come in yet.</summary>
    public Key? FindSigner(string keyId) => Find(HashOfId(keyId), KeyKind.Ed25519);

    private Key? Find(string hash, KeyKind kind) => _ring.ByHash.GetValueOrDefault(hash) is { } key && key.Kind == kind ? key : null;

    /// <summary>False for a key that was found here once and has been revoked since.</summary>
    public bool Holds(Key key) => key.Hash is null || _ring.ByHash.ContainsKey(key.Hash);

    internal void Replace(ImmutableArray<KeyRecord> stored) => _ring = Make(configured, stored, connections, commandsPerSecond);

    private static Ring Make(ImmutableArray<KeyRecord> configured, ImmutableArray<KeyRecord> stored, int connections, int commandsPerSecond)
    {
        var byHash = ImmutableDictionary.CreateBuilder<string, Key>();
        // A key that was stored and then written into the configuration is that of the configuration.
        foreach (var key in stored.Concat(configured))
            byHash[key.Hash] = key.ToKey(connections, commandsPerSecond);
        return new Ring(stored, byHash.ToImmutable());
    }
}
