using System.Text.Json;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>The small values inside the payloads of the markets socket. Each leaves the reader at the end of its value.</summary>
internal static class UsValues
{
    private const int LongestText = 300;

    private static readonly UsKey Value = new("value");

    /// <summary>From a field's name to its value.</summary>
    public static ref Utf8JsonReader Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return ref reader;
    }

    /// <summary>{"value":"0.55","currency":"USD"}; the currency is always that. Null: there is no such amount.</summary>
    public static WrittenDecimal? Amount(ref Utf8JsonReader reader)
    {
        WrittenDecimal? amount = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isValue = Value.Is(JsonInput.Name(ref reader));
            reader.Read();
            if (isValue) amount = Quantity(ref reader);
            else reader.Skip();
        }
        return amount;
    }

    public static WrittenDecimal? Quantity(ref Utf8JsonReader reader)
    {
        WrittenDecimal? read = JsonInput.TryGetDecimal(ref reader, out WrittenDecimal value) ? value : null;
        reader.Skip();
        return read;
    }

    public static int? Count(ref Utf8JsonReader reader)
    {
        int? read = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) ? value : null;
        reader.Skip();
        return read;
    }

    public static UsTime? Time(ref Utf8JsonReader reader)
    {
        UsTime? read = JsonInput.TryGet(ref reader, out UsTime value) ? value : null;
        reader.Skip();
        return read;
    }

    /// <summary>A name that is told again and again costs no string.</summary>
    public static string? Name(ref Utf8JsonReader reader)
    {
        var read = JsonInput.TryGetRepeatedText(ref reader, LongestText, out var text) ? text : null;
        reader.Skip();
        return read;
    }

    public static string? Text(ref Utf8JsonReader reader)
    {
        var read = JsonInput.TryGetText(ref reader, LongestText, out var text) ? text : null;
        reader.Skip();
        return read;
    }

    public static T Enum<T>(ref Utf8JsonReader reader) where T : struct, Enum
    {
        var read = UsName<T>.Read(ref reader);
        reader.Skip();
        return read;
    }
}
