using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Json;

/// <summary>
/// What every decoder reads with: nothing here throws for what a peer wrote, except the reader itself on text that is no
/// JSON (JsonException), which each decoder catches once, at its door.
/// </summary>
internal static class JsonInput
{
    /// <summary>Deeper than any venue's frame, and than any frame needs to be.</summary>
    public static JsonReaderOptions Options { get; } = new() { MaxDepth = MaxDepth };

    public const int MaxDepth = 32;
    private const int LongestName = 192;

    /// <summary>Where the text stopped being JSON, in words for the peer.</summary>
    public static string Describe(JsonException fault) =>
        $"not JSON, or nested deeper than {MaxDepth} levels, at line {fault.LineNumber.GetValueOrDefault() + 1}, byte {fault.BytePositionInLine.GetValueOrDefault() + 1}";

    /// <summary>The current property name (or string), unescaped; empty when it is too long to be one that is known.</summary>
    public static ReadOnlySpan<byte> Name(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        var buffer = new byte[LongestName];
        return TryUnescape(ref reader, buffer, out var length) ? buffer.AsSpan(0, length) : default;
    }

    public static bool TryGet<T>(ref Utf8JsonReader reader, out T value) where T : struct, IWireText<T>
    {
        value = default;
        if (reader.TokenType != JsonTokenType.String) return false;
        if (!reader.ValueIsEscaped) return T.TryParse(reader.ValueSpan, out value);
        Span<byte> buffer = stackalloc byte[6 * T.MaxLength];
        return TryUnescape(ref reader, buffer, out var length) && T.TryParse(buffer[..length], out value);
    }

    /// <summary>A number, or a string that holds one, digit by digit: no double ever stands in between.</summary>
    public static bool TryGetDecimal<T>(ref Utf8JsonReader reader, out T value) where T : struct, IWireText<T>
    {
        value = default;
        return reader.TokenType is JsonTokenType.Number or JsonTokenType.String && !reader.ValueIsEscaped && T.TryParse(reader.ValueSpan, out value);
    }

    public static bool TryGetLong(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value);
    }

    /// <summary>False for what is no string, no text, or longer than <paramref name="most"/> bytes.</summary>
    public static bool TryGetText(ref Utf8JsonReader reader, int most, out string text)
    {
        text = "";
        var raw = reader.ValueSpan;
        if (reader.TokenType != JsonTokenType.String || raw.Length > 6 * most) return false;
        if (!reader.ValueIsEscaped)
        {
            if (raw.Length > most || !Utf8.IsValid(raw)) return false;
            text = Encoding.UTF8.GetString(raw);
            return true;
        }
        var buffer = ArrayPool<byte>.Shared.Rent(raw.Length);
        var read = TryUnescape(ref reader, buffer, out var length) && length <= most;
        if (read) text = Encoding.UTF8.GetString(buffer, 0, length);
        ArrayPool<byte>.Shared.Return(buffer);
        return read;
    }

    /// <summary>A text of which a feed repeats the same few thousand: names of markets, topics, ids. Known ones cost no string.</summary>
    public static bool TryGetRepeatedText(ref Utf8JsonReader reader, int most, out string text)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > most || !RepeatedTexts.TryGet(reader.ValueSpan, out var known))
            return TryGetText(ref reader, most, out text);
        text = known;
        return true;
    }

    private static bool TryUnescape(ref Utf8JsonReader reader, scoped Span<byte> buffer, out int length)
    {
        length = 0;
        if (reader.ValueSpan.Length > buffer.Length) return false;
        try
        {
            length = reader.CopyString(buffer);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // half a surrogate pair, or bytes that are no UTF-8
        }
    }
}
