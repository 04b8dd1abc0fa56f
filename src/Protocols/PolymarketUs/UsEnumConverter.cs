using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>By name; a number or a name that is not known is the first value.</summary>
internal sealed class UsEnumConverter<T> : JsonConverter<T> where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = UsName<T>.Read(ref reader);
        reader.Skip();
        return value;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(UsName<T>.Of(value));
}
