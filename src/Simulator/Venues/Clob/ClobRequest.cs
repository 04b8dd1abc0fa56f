using System.Text.Json;

namespace Oddswire.Simulator.Venues.Clob;

// A frame of a client that is JSON: what it asks for, as far as it can be read.
internal sealed record ClobRequest(string? Type, string? Operation, IReadOnlyList<string>? Assets, bool CustomFeatures, bool InitialDump)
{
    // On the user channel: condition ids, and who asks.
    public IReadOnlyList<string>? Markets { get; init; }

    public (string ApiKey, string Secret, string Passphrase)? Auth { get; init; }

    // Null: no JSON object.
    public static ClobRequest? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            return new ClobRequest(
                Text(root, "type")?.ToLowerInvariant(), Text(root, "operation"), Texts(root, "assets_ids"),
                root.TryGetProperty("custom_feature_enabled", out var custom) && custom.ValueKind == JsonValueKind.True,
                !root.TryGetProperty("initial_dump", out var dump) || dump.ValueKind != JsonValueKind.False)
            {
                Markets = Texts(root, "markets"),
                Auth = AuthOf(root),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (string, string, string)? AuthOf(JsonElement root)
    {
        if (!root.TryGetProperty("auth", out var auth) || auth.ValueKind != JsonValueKind.Object) return null;
        return Text(auth, "apiKey") is { } key && Text(auth, "secret") is { } secret && Text(auth, "passphrase") is { } passphrase ? (key, secret, passphrase) : null;
    }

    private static string[]? Texts(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) return null;
        var ids = list.EnumerateArray().ToList();
        return ids.TrueForAll(static id => id.ValueKind == JsonValueKind.String) ? [.. ids.Select(static id => id.GetString()!)] : null;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
