using System.Security.Cryptography;
using System.Text.Json;
using Oddswire.Actors.Keys;
using Oddswire.Protocols.Clob;

namespace Oddswire.Host.Downstream;

/// <summary>What a new key is given to its owner with, once: one text, or the three parts that clients of the CLOB know.</summary>
internal sealed class KeySecret
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly string? _text;
    private readonly ClobCredentials? _triple;

    private KeySecret(string? text, ClobCredentials? triple) => (_text, _triple) = (text, triple);

    internal string Hash => _triple is not null ? Keyring.Hash(_triple) : Keyring.Hash(_text!);

    /// <summary>160 bits that nobody guesses, in characters that survive every URL and every terminal.</summary>
    internal static KeySecret OfDome() => new("ow_" + RandomNumberGenerator.GetString(Base32, 32), null);

    /// <summary>In the forms that the venue's own have: clients decode the secret, and some look at the others. 512 bits together.</summary>
    internal static KeySecret OfClob() => new(null, new ClobCredentials(
        new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).Replace('+', '-').Replace('/', '_'),
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));

    internal void Write(Utf8JsonWriter json)
    {
        if (_triple is null)
        {
            json.WriteString("secret", _text);
            return;
        }
        json.WriteString("apiKey", _triple.ApiKey);
        json.WriteString("secret", _triple.Secret);
        json.WriteString("passphrase", _triple.Passphrase);
    }
}
