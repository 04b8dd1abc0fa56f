using System.Buffers;

namespace Oddswire.Messages.Values;

/// <summary>0x and hex digits: read in any case, written in lower case.</summary>
public static class Hex
{
    /// <summary>Fills <paramref name="bytes"/> exactly; text of another length is refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, Span<byte> bytes) =>
        utf8.Length == 2 + (2 * bytes.Length)
        && utf8[0] == '0' && (utf8[1] | 0x20) == 'x'
        && Convert.FromHexString(utf8[2..], bytes, out _, out _) == OperationStatus.Done;

    public static bool TryWrite(ReadOnlySpan<byte> bytes, Span<byte> utf8, out int written)
    {
        written = 0;
        var length = 2 + (2 * bytes.Length);
        if (utf8.Length < length) return false;
        "0x"u8.CopyTo(utf8);
        Convert.TryToHexStringLower(bytes, utf8[2..], out _);
        written = length;
        return true;
    }
}
