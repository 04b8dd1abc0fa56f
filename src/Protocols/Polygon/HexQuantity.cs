using System.Buffers.Text;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Polygon;

/// <summary>A JSON-RPC quantity: 0x and hex digits without leading zeros (read with them too).</summary>
internal readonly record struct HexQuantity(long Value) : IWireText<HexQuantity>
{
    public static int MaxLength => 18;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out HexQuantity value)
    {
        value = default;
        if (utf8.Length is < 3 or > 18 || utf8[0] != '0' || utf8[1] != 'x') return false;
        if (!Utf8Parser.TryParse(utf8[2..], out long number, out var consumed, 'x') || consumed != utf8.Length - 2 || number < 0) return false;
        value = new(number);
        return true;
    }

    public bool TryFormat(Span<byte> utf8, out int written)
    {
        written = 0;
        if (utf8.Length < 3) return false;
        "0x"u8.CopyTo(utf8);
        var fits = Utf8Formatter.TryFormat(Value, utf8[2..], out var digits, 'x');
        written = 2 + digits;
        return fits;
    }
}
