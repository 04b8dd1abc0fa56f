using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Oddswire.Messages.Values;

/// <summary>
/// A place on the tape, `epoch-offset`. Offsets are one dense sequence over all epochs; an epoch only fences writers.
/// One text per position: clients keep it unread and compare it as text.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Position(long Epoch, long Offset) : IWireText<Position>, IComparable<Position>
{
    public static int MaxLength => 39;

    public int CompareTo(Position other) =>
        Offset != other.Offset ? Offset.CompareTo(other.Offset) : Epoch.CompareTo(other.Epoch);

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Position value)
    {
        value = default;
        var dash = utf8.IndexOf((byte)'-');
        if (dash < 0 || !TryParseNumber(utf8[..dash], out var epoch) || !TryParseNumber(utf8[(dash + 1)..], out var offset)) return false;
        value = new(epoch, offset);
        return true;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Position value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written)
    {
        if (!Utf8Formatter.TryFormat(Epoch, utf8, out written) || written >= utf8.Length) return false;
        utf8[written++] = (byte)'-';
        var fits = Utf8Formatter.TryFormat(Offset, utf8[written..], out var more);
        written += more;
        return fits;
    }

    public override string ToString() => WireText.ToString(this);

    // No sign, no leading zero: 3-41 must not also be written 03-41.
    private static bool TryParseNumber(ReadOnlySpan<byte> digits, out long number)
    {
        number = 0;
        return !digits.IsEmpty && digits[0] is >= (byte)'0' and <= (byte)'9' && (digits[0] != '0' || digits.Length == 1)
            && Utf8Parser.TryParse(digits, out number, out var consumed) && consumed == digits.Length;
    }
}
