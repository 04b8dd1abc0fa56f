using System.Buffers;
using System.Text.Json;
using Oddswire.Messages.Keys;
using Oddswire.Runtime.Persistence;
using static Oddswire.Actors.EventJson;

namespace Oddswire.Actors.Keys;

/// <summary>The keys in the journal: JSON that a person can read, with hashes and without a secret.</summary>
public sealed class KeyCodec : IEventCodec<KeyEvent, KeyringState>
{
    public void WriteEvent(KeyEvent e, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("time", e.Time);
        json.WriteString("by", e.By.Key);
        json.WriteString("address", e.By.Address);
        switch (e)
        {
            case KeyEvent.Added added:
                json.WritePropertyName("added");
                Write(json, added.Key);
                break;
            case KeyEvent.Revoked revoked:
                json.WriteString("revoked", revoked.Name);
                break;
        }
        json.WriteEndObject();
    }

    public KeyEvent ReadEvent(ReadOnlySpan<byte> bytes)
    {
        using var document = Parse(bytes);
        var root = document.RootElement;
        var by = new KeyAsker(Text(root, "by"), Text(root, "address"));
        return root.TryGetProperty("added", out var key)
            ? new KeyEvent.Added(Read(key), by)
            : new KeyEvent.Revoked(Text(root, "revoked"), Number(root, "time"), by);
    }

    public void WriteState(KeyringState state, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartArray();
        foreach (var key in state.ByName.Values)
            Write(json, key);
        json.WriteEndArray();
    }

    public KeyringState ReadState(ReadOnlySpan<byte> bytes)
    {
        using var document = Parse(bytes);
        return new(KeyringState.Empty.ByName.AddRange(document.RootElement.EnumerateArray().Select(Read).Select(static key => KeyValuePair.Create(key.Name, key))));
    }

    private static void Write(Utf8JsonWriter json, KeyRecord key)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Name);
        json.WriteString("sha256", key.Hash);
        json.WriteString("tier", key.Tier switch { Tier.Free => "free", Tier.Dev => "dev", Tier.Enterprise => "enterprise" });
        json.WriteStartArray("scopes");
        foreach (var scope in key.Scopes)
            json.WriteStringValue(scope);
        json.WriteEndArray();
        if (key.Kind == KeyKind.Clob)
            json.WriteString("kind", "clob");
        if (key.Signing is { } signing)
            Write(json, signing);
        if (key.Subscriptions is { } subscriptions)
            json.WriteNumber("subscriptions", subscriptions);
        if (key.Wallets is { } wallets)
            json.WriteNumber("wallets", wallets);
        json.WriteNumber("created", key.CreatedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SigningKey signing)
    {
        json.WriteString("kind", "ed25519");
        json.WriteString("key_id", signing.Id);
        json.WriteString("public_key", signing.PublicKey);
        if (signing.Legacy)
            json.WriteBoolean("us_legacy", true);
        if (signing.Snake)
            json.WriteBoolean("us_snake", true);
    }

    private static KeyRecord Read(JsonElement key) => new(
        Text(key, "name"),
        Text(key, "sha256"),
        Text(key, "tier") switch
        {
            "free" => Tier.Free,
            "dev" => Tier.Dev,
            "enterprise" => Tier.Enterprise,
            var other => throw new InvalidDataException($"there is no tier '{other}'"),
        },
        [.. key.GetProperty("scopes").EnumerateArray().Select(static scope => scope.GetString()!)],
        Limit(key, "subscriptions"),
        Limit(key, "wallets"),
        Number(key, "created"))
    {
        Kind = OptionalText(key, "kind") switch
        {
            null => KeyKind.Dome,
            "clob" => KeyKind.Clob,
            "ed25519" => KeyKind.Ed25519,
            var other => throw new InvalidDataException($"there is no kind '{other}' of keys"),
        },
        Signing = OptionalText(key, "key_id") is { } id ? new SigningKey(id, Text(key, "public_key"), Flag(key, "us_legacy"), Flag(key, "us_snake")) : null,
    };

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var flag) && flag.GetBoolean();

    private static int? Limit(JsonElement element, string name) => element.TryGetProperty(name, out var number) ? number.GetInt32() : null;
}
