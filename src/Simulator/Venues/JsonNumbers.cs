using System.Buffers.Text;
using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues;

// How the venues spell amounts: as plain JSON numbers of at most six decimals, and as hex on the chain.
internal static class JsonNumbers
{
    private const long Million = 1_000_000;

    // Dollars per share, rounded to six decimals.
    public static long Price(long shares, long collateral) => ((2 * Million * collateral) + shares) / (2 * shares);

    public static void WriteMicro(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long micro)
    {
        json.WritePropertyName(name);
        Span<byte> text = stackalloc byte[32];
        Utf8Formatter.TryFormat(micro / Million, text, out var length);
        var rest = micro % Million;
        if (rest != 0)
        {
            text[length++] = (byte)'.';
            Utf8Formatter.TryFormat(rest, text[length..], out _, new System.Buffers.StandardFormat('D', 6));
            length += 6;
            while (text[length - 1] == '0') length--;
        }
        json.WriteRawValue(text[..length], skipInputValidation: true);
    }

    public static void WriteHex(this Utf8JsonWriter json, ReadOnlySpan<byte> name, long number)
    {
        json.WritePropertyName(name);
        json.WriteHexValue(number);
    }

    public static void WriteHexValue(this Utf8JsonWriter json, long number)
    {
        Span<byte> text = stackalloc byte[18];
        "0x"u8.CopyTo(text);
        Utf8Formatter.TryFormat(number, text[2..], out var length, 'x');
        json.WriteStringValue(text[..(2 + length)]);
    }

    public static void WriteHex(this Utf8JsonWriter json, ReadOnlySpan<byte> name, Word word)
    {
        json.WritePropertyName(name);
        json.WriteHexValue(word);
    }

    public static void WriteHexValue(this Utf8JsonWriter json, Word word)
    {
        Span<byte> bytes = stackalloc byte[Word.Size];
        word.CopyTo(bytes);
        json.WriteHexValue(bytes);
    }

    public static void WriteHexValue(this Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        Span<byte> text = stackalloc byte[2 + (2 * bytes.Length)];
        "0x"u8.CopyTo(text);
        Convert.TryToHexStringLower(bytes, text[2..], out _);
        json.WriteStringValue(text);
    }
}
