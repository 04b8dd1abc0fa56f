using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>
/// Where a page of orders ended: rows are ordered by (timestamp, tape offset) descending. On the wire base64 of JSON,
/// as Dome's was; clients keep it unread.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PaginationKey(long Timestamp, long Offset)
{
    private const int LongestJson = 96;
    public const int MaxLength = LongestJson / 3 * 4;

    public override string ToString()
    {
        var json = new ArrayBufferWriter<byte>(LongestJson);
        var output = new JsonOutput(json);
        output.Raw("{\"timestamp\":"u8);
        output.Number(Timestamp);
        output.Raw(",\"offset\":"u8);
        output.Number(Offset);
        output.Raw("}"u8);
        output.Done();
        return Convert.ToBase64String(json.WrittenSpan);
    }

    public static bool TryParse(string text, out PaginationKey key)
    {
        key = default;
        Span<byte> json = stackalloc byte[LongestJson];
        if (text.Length > MaxLength || !Convert.TryFromBase64String(text, json, out var length)) return false;
        try
        {
            return TryRead(json[..length], out key);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> json, out PaginationKey key)
    {
        key = default;
        long? timestamp = null;
        long? offset = null;
        var reader = new Utf8JsonReader(json, JsonInput.Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            if (name.SequenceEqual("timestamp"u8) && JsonInput.TryGetLong(ref reader, out var seconds)) timestamp = seconds;
            else if (name.SequenceEqual("offset"u8) && JsonInput.TryGetLong(ref reader, out var number)) offset = number;
            else return false;
        }
        if (reader.Read() || timestamp is not >= 0 || offset is not >= 0) return false;
        key = new(timestamp.Value, offset.Value);
        return true;
    }
}
