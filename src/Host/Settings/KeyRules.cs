using System.Collections.Immutable;
using Oddswire.Messages.Keys;

namespace Oddswire.Host.Settings;

/// <summary>What a key may look like and be allowed, whether it stands in the configuration or is stored.</summary>
internal static class KeyRules
{
    public const string ScopeNames = "stream, orders, subscriptions, operate, admin, account:NAME";

    private static readonly ImmutableArray<string> PlainScopes = ["stream", "orders", "subscriptions", "operate", "admin"];

    // First segments of paths that are the gateway's own: such a key would never be looked up.
    private static readonly ImmutableArray<string> Reserved = ["api", "v1", "ws", "rtds", "openapi", "healthz", "metrics"];

    public static (string Word, Tier Tier)[] Tiers { get; } = [("free", Tier.Free), ("dev", Tier.Dev), ("enterprise", Tier.Enterprise)];

    public static (string Word, KeyKind Kind)[] Kinds { get; } = [("dome", KeyKind.Dome), ("clob", KeyKind.Clob), ("ed25519", KeyKind.Ed25519)];

    public static ImmutableArray<string> DefaultScopes { get; } = ["stream", "orders"];

    public static bool IsReserved(string text) => Reserved.Contains(text);

    public static bool IsKey(string text) => IsWord(text, 200, "-_") && !IsReserved(text);

    public static bool IsName(string text) => IsWord(text, 64, "-_.") && !IsReserved(text);

    public static bool IsScope(string text) => PlainScopes.Contains(text) || (text.StartsWith("account:", StringComparison.Ordinal) && IsWord(text["account:".Length..], 64, "-_."));

    private static bool IsWord(string text, int longest, string marks) =>
        text.Length > 0 && text.Length <= longest && text.All(c => char.IsAsciiLetterOrDigit(c) || marks.Contains(c));
}
