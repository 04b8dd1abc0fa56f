using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>A decimal in quotes, with the decimals that it was written with. Unset strings are empty ones.</summary>
internal sealed class UsDecimalText : JsonConverter<decimal?>
{
    public override bool HandleNull => true;

    public override decimal? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.Number => UsDecimalNumber.Parse(reader.ValueSpan),
        JsonTokenType.String when reader.ValueSpan.IsEmpty => null,
        JsonTokenType.String => UsDecimalNumber.Parse(reader.ValueSpan),
        _ => throw new JsonException("expected a decimal"),
    };

    public override void Write(Utf8JsonWriter writer, decimal? value, JsonSerializerOptions options)
    {
        if (value is { } number) writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        else writer.WriteStringValue(""u8);
    }
}

/// <summary>A decimal as a JSON number; in quotes it is read too.</summary>
internal sealed class UsDecimalNumber : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.Number or JsonTokenType.String ? Parse(reader.ValueSpan) : throw new JsonException("expected a number");

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    internal static decimal Parse(ReadOnlySpan<byte> utf8) =>
        decimal.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw new JsonException("expected a decimal");
}

/// <summary>A time in quotes.</summary>
internal sealed class UsTimeText : JsonConverter<UsTime>
{
    public override UsTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && UsTime.TryParse(reader.ValueSpan, out var time) ? time : throw new JsonException("expected a time");

    public override void Write(Utf8JsonWriter writer, UsTime value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[UsTime.MaxLength];
        value.TryFormat(text, out var length);
        writer.WriteStringValue(text[..length]);
    }
}
