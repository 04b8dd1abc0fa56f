using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Oddswire.Host.Settings;

public enum KeyTier { Free, Dev, Enterprise }

/// <summary>A key that stands in the configuration. Only its hash goes further than this.</summary>
public sealed record KeySettings(string Name, string Sha256, KeyTier Tier, ImmutableArray<string> Scopes, int? Subscriptions, int? Wallets)
{
    private static readonly ImmutableArray<string> PlainScopes = ["stream", "orders", "subscriptions", "operate", "admin"];

    // First segments of paths that are the gateway's own: such a key would never be looked up.
    private static readonly ImmutableArray<string> Reserved = ["api", "v1", "ws", "rtds", "openapi", "healthz", "metrics"];

    private static readonly ImmutableArray<string> DemoHashes = [.. new[] { "demo-free", "demo-dev", "demo-enterprise", "demo-admin" }.Select(Hash)];

    /// <summary>One of the keys that everybody knows.</summary>
    public bool IsDemo => DemoHashes.Contains(Sha256);

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
        if (key is null == hash is null) at.Refuse("key", "either a key or its sha256", key is null ? "neither" : "both");
        if (key is not null && !IsKey(key.Reveal())) at.Refuse("key", "a key of letters, digits, - and _, up to 200, that is no first segment of the gateway's own paths", "another text");
        if (hash is not null && !IsHash(hash)) at.Refuse("sha256", "64 hexadecimal digits", "another text");
        var tier = at.Choice("tier", ("free", KeyTier.Free), ("dev", KeyTier.Dev), ("enterprise", KeyTier.Enterprise));
        var scopes = at.Texts("scopes", $"one of {string.Join(", ", PlainScopes)}, account:NAME", IsScope);
        var limits = at.In("limits");
        return new KeySettings(name, hash ?? Hash(key?.Reveal() ?? ""), tier, scopes.IsEmpty ? ["stream", "orders"] : scopes,
            limits.OptionalWhole("subscriptions", 0, int.MaxValue), limits.OptionalWhole("wallets", 0, int.MaxValue));
    }

    private static bool IsKey(string text) =>
        text.Length is > 0 and <= 200 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !Reserved.Contains(text);

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static bool IsScope(string text) => PlainScopes.Contains(text) || text is ['a', 'c', 'c', 'o', 'u', 'n', 't', ':', _, ..];

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
