using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Oddswire.Protocols.Json;

/// <summary>
/// The texts read last on this thread, each in the place that its hash gives it: a fill names the same market as thousands before it, and
/// what is kept of the fills then shares that name. ASCII only; whatever else there is costs a string each time, as before.
/// </summary>
internal static class RepeatedTexts
{
    private const int Places = 1 << 10;
    private const ulong Spread = 0x9E3779B97F4A7C15;    // 2^64 over the golden ratio: every bit of the text has a say in the highest

    [ThreadStatic] private static string?[]? _texts;

    /// <summary>False: it is not plain ASCII.</summary>
    public static bool TryGet(ReadOnlySpan<byte> ascii, [NotNullWhen(true)] out string? text)
    {
        var texts = _texts ??= new string?[Places];
        ref var place = ref texts[PlaceOf(ascii)];
        if (place is null || !Ascii.Equals(ascii, place))
        {
            if (!Ascii.IsValid(ascii))
            {
                text = null;
                return false;
            }
            place = Encoding.ASCII.GetString(ascii);
        }
        text = place;
        return true;
    }

    /// <summary>Of a text that is plain ASCII.</summary>
    public static string Get(ReadOnlySpan<byte> ascii) => TryGet(ascii, out var text) ? text : throw new ArgumentException("not ASCII", nameof(ascii));

    // Names of markets are alike at their ends and in between, but seldom in all three places; those that are take turns in one place.
    private static int PlaceOf(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length;
        if (text.Length >= sizeof(ulong))
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * Spread;
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text[((text.Length - sizeof(ulong)) / 2)..])) * Spread;
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text[^sizeof(ulong)..])) * Spread;
        }
        else
        {
            foreach (var character in text)
                hash = (hash ^ character) * Spread;
        }
        return (int)(hash >> 54);
    }
}
