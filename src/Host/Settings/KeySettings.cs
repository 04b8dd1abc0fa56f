using System.Collections.Immutable;
using Oddswire.Actors.Keys;
using Oddswire.Client.PolymarketUs;
using Oddswire.Messages.Keys;
using Oddswire.Protocols.Clob;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Host.Settings;

/// <summary>A key that stands in the configuration. Only its hash goes further than this.</summary>
public sealed record KeySettings(string Name, string Sha256, Tier Tier, ImmutableArray<string> Scopes, int? Subscriptions, int? Wallets, KeyKind Kind)
{
    private static readonly ImmutableArray<string> DemoHashes =
        [.. new[] { "demo-free", "demo-dev", "demo-enterprise", "demo-admin" }.Select(Keyring.Hash), Keyring.Hash(new ClobCredentials("demo-user", "demo", "demo"))];

    // Of the seed of RFC 8032, vector 1: whoever signs with it, under whatever id, is anybody.
    private const string DemoPublicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    /// <summary>Of kind ed25519 alone.</summary>
    public SigningKey? Signing { get; init; }

    /// <summary>One of the keys that everybody knows.</summary>
    public bool IsDemo => DemoHashes.Contains(Sha256) || Signing?.PublicKey == DemoPublicKey;

    public KeyRecord ToRecord() => new(Name, Sha256, Tier, Scopes, Subscriptions, Wallets, CreatedAt: 0) { Kind = Kind, Signing = Signing };

    internal static ImmutableArray<KeySettings> ReadAll(Section at, bool loopback)
    {
        var keys = at.Objects("keys", Read);
        if (keys.DistinctBy(key => key.Name).Count() < keys.Length) at.Refuse("keys", "a name of its own for each key", "one twice");
        if (keys.DistinctBy(key => key.Sha256).Count() < keys.Length) at.Refuse("keys", "each key once", "one twice");
        if (loopback || !keys.Any(key => key.IsDemo)) return keys;
        at.Notice("The demo's keys are refused, because http.host is not a loopback address: everybody knows them.");
        return keys.RemoveAll(key => key.IsDemo);
    }

    private static KeySettings Read(Section at)
    {
        var (name, key, hash) = (at.Text("name"), at.Secret("key"), at.Secret("sha256")?.Reveal().ToLowerInvariant());
        var signing = ReadSigning(at);
        var triple = signing is null ? ReadTriple(at) : null;
        if ((triple is not null || signing is not null) && (key is not null || hash is not null))
            at.Refuse("secret", "either a key or its sha256, or the parts of another kind", "both");
        hash = triple is not null ? Keyring.Hash(triple) : signing is not null ? Keyring.HashOfId(signing.Id) : hash;
        if (key is null == hash is null) at.Refuse("key", "either a key or its sha256", key is null ? "neither" : "both");
        if (key is not null && !KeyRules.IsKey(key.Reveal())) at.Refuse("key", "a key of letters, digits, - and _, up to 200, that is no first segment of the gateway's own paths", "another text");
        if (hash is not null && !IsHash(hash)) at.Refuse("sha256", "64 hexadecimal digits", "another text");
        var tier = at.Choice("tier", KeyRules.Tiers);
        var said = at.OptionalChoice("kind", KeyRules.Kinds);
        if (said == KeyKind.Ed25519 && signing is null) at.Refuse("kind", "key_id and secret with kind ed25519", "none");
        var scopes = at.Texts("scopes", $"one of {KeyRules.ScopeNames}", KeyRules.IsScope);
        var limits = at.In("limits");
        var kind = triple is not null ? KeyKind.Clob : signing is not null ? KeyKind.Ed25519 : said;
        var granted = scopes.IsEmpty ? KeyRules.DefaultScopes : scopes;
        var (subscriptions, wallets) = (limits.OptionalWhole("subscriptions", 0, int.MaxValue), limits.OptionalWhole("wallets", 0, int.MaxValue));
        return new KeySettings(name, hash ?? Keyring.Hash(key?.Reveal() ?? ""), tier, granted, subscriptions, wallets, kind) { Signing = signing };
    }

    /// <summary>What opens /v1/ws/markets and /v1/ws/private. Of the secret nothing is kept but its public half. Null: it is no such key.</summary>
    private static SigningKey? ReadSigning(Section at)
    {
        var (id, legacy, snake) = (at.OptionalText("key_id"), at.OptionalFlag("us_legacy"), at.OptionalFlag("us_snake"));
        if (id is null) return null;
        Span<byte> seed = stackalloc byte[IEd25519.SeedLength];
        if (at.Secret("secret") is not { } secret || !UsSigning.TryReadSeed(secret.Reveal(), seed))
        {
            at.Refuse("secret", "base64 of 32 bytes, or of 64 with the public key behind them,", "another text");
            return new(id, "", legacy, snake);
        }
        var publicKey = Convert.ToBase64String(BouncyEd25519.PublicKeyOf(seed));
        seed.Clear();
        return new(id, publicKey, legacy, snake);
    }

    /// <summary>What opens /ws/user. Null: it is a key of one text.</summary>
    private static ClobCredentials? ReadTriple(Section at)
    {
        var (key, secret, passphrase) = (at.Secret("api_key"), at.Secret("secret"), at.Secret("passphrase"));
        if (key is null && secret is null && passphrase is null) return null;
        if (key is not null && secret is not null && passphrase is not null) return new(key.Reveal(), secret.Reveal(), passphrase.Reveal());
        at.Refuse(key is null ? "api_key" : secret is null ? "secret" : "passphrase", "api_key, secret and passphrase together", "none");
        return null;
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);
}
