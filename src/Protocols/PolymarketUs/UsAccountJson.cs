using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>The records of the private socket in both spellings. Frames of it are few: they are read as objects, not as tokens.</summary>
internal static class UsAccountJson
{
    private static readonly UsAccountContext Camel = new(With(JsonNamingPolicy.CamelCase));
    private static readonly UsAccountContext Snake = new(With(JsonNamingPolicy.SnakeCaseLower));

    /// <summary>From the first token of a value; the reader is left at its end. Throws JsonException for what is no such thing.</summary>
    public static T Read<T>(ref Utf8JsonReader reader, UsSpelling spelling) =>
        JsonSerializer.Deserialize(ref reader, Of<T>(spelling)) ?? throw new JsonException("null");

    public static void Write<T>(Utf8JsonWriter writer, T value, UsSpelling spelling) => JsonSerializer.Serialize(writer, value, Of<T>(spelling));

    private static JsonTypeInfo<T> Of<T>(UsSpelling spelling) =>
        (JsonTypeInfo<T>)(spelling == UsSpelling.Camel ? Camel : Snake).GetTypeInfo(typeof(T))!;

    private static JsonSerializerOptions With(JsonNamingPolicy names) => new()
    {
        PropertyNamingPolicy = names,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = JsonInput.MaxDepth,
        RespectNullableAnnotations = true,
        Converters = { new UsDecimalNumber(), new UsTimeText() },
    };
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(UsOrder))]
[JsonSerializable(typeof(UsExecution))]
[JsonSerializable(typeof(UsPosition))]
[JsonSerializable(typeof(UsPositionChange))]
[JsonSerializable(typeof(UsBalance))]
[JsonSerializable(typeof(UsBalanceChange))]
internal sealed partial class UsAccountContext : JsonSerializerContext;
