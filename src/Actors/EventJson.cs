using System.Text.Json;

namespace Oddswire.Actors;

/// <summary>Events and states in the journal are JSON that a person can read; this is how every stage's codec reads it.</summary>
internal static class EventJson
{
    internal static JsonDocument Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        return JsonDocument.ParseValue(ref reader);
    }

    internal static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? throw new InvalidDataException($"'{name}' is null");

    internal static string? OptionalText(JsonElement of, string name) => of.TryGetProperty(name, out var text) ? text.GetString() : null;

    internal static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();
}
