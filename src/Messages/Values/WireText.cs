using System.Buffers;
using System.Text;

namespace Oddswire.Messages.Values;

/// <summary>The UTF-16 side of every <see cref="IWireText{TSelf}"/>: strings from settings, queries and tests.</summary>
public static class WireText
{
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T value) where T : struct, IWireText<T>
    {
        Span<byte> utf8 = stackalloc byte[T.MaxLength];
        value = default;
        return text.Length <= utf8.Length
            && Ascii.FromUtf16(text, utf8, out var length) == OperationStatus.Done
            && T.TryParse(utf8[..length], out value);
    }

    public static T Parse<T>(ReadOnlySpan<char> text) where T : struct, IWireText<T> =>
        TryParse<T>(text, out var value) ? value : throw new FormatException($"this text is no {typeof(T).Name}");

    public static string ToString<T>(in T value) where T : struct, IWireText<T>
    {
        Span<byte> utf8 = stackalloc byte[T.MaxLength];
        value.TryFormat(utf8, out var length);
        return Encoding.ASCII.GetString(utf8[..length]);
    }
}
