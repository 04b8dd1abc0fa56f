using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Oddswire.Actors.Keys;
using Oddswire.Client.PolymarketUs;
using Oddswire.Messages.Keys;
using Oddswire.Protocols.Clob;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Host.Downstream;

/// <summary>What a new key is given to its owner with, once: one text, or the parts that clients of its protocol know.</summary>
internal sealed class KeySecret
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly ImmutableArray<(string Name, string Text)> _parts;

    private KeySecret(string hash, params ImmutableArray<(string Name, string Text)> parts) => (Hash, _parts) = (hash, parts);

    internal string Hash { get; }

    /// <summary>Of kind Ed25519 alone: what is kept of it.</summary>
    internal string? PublicKey { get; private init; }

    internal string? KeyId => PublicKey is null ? null : _parts[0].Text;

    internal static KeySecret Of(KeyKind kind) => kind switch
    {
        KeyKind.Dome => OfDome(),
        KeyKind.Clob => OfClob(),
        KeyKind.Ed25519 => OfEd25519(),
    };

    /// <summary>160 bits that nobody guesses, in characters that survive every URL and every terminal.</summary>
    private static KeySecret OfDome()
    {
        var text = "ow_" + RandomNumberGenerator.GetString(Base32, 32);
        return new(Keyring.Hash(text), ("secret", text));
    }

    /// <summary>In the forms that the venue's own have: clients decode the secret, and some look at the others. 512 bits together.</summary>
    private static KeySecret OfClob()
    {
        var triple = new ClobCredentials(
            NewId(),
            Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).Replace('+', '-').Replace('/', '_'),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        return new(Keyring.Hash(triple), ("apiKey", triple.ApiKey), ("secret", triple.Secret), ("passphrase", triple.Passphrase));
    }

    /// <summary>The seed is the secret, in base64 as the venue hands it out.</summary>
    private static KeySecret OfEd25519()
    {
        var (id, seed) = (NewId(), RandomNumberGenerator.GetBytes(IEd25519.SeedLength));
        return new(Keyring.HashOfId(id), ("key_id", id), ("secret", Convert.ToBase64String(seed))) { PublicKey = Convert.ToBase64String(BouncyEd25519.PublicKeyOf(seed)) };
    }

    private static string NewId() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString();

    internal void Write(Utf8JsonWriter json)
    {
        foreach (var (name, text) in _parts)
            json.WriteString(name, text);
    }
}
