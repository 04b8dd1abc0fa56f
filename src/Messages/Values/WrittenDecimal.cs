using System.Buffers.Text;

namespace Oddswire.Messages.Values;

/// <summary>
/// An amount in millionths that remembers how many decimals it was written with: a book's hash is over the very texts,
/// and "0.50" is not "0.5" there. Text that has no such form (an exponent, a seventh decimal) is read by its value.
/// </summary>
public readonly record struct WrittenDecimal(long Micros, byte Decimals) : IWireText<WrittenDecimal>
{
    private const int MostDecimals = 6;
    private const int MostDigits = 18;      // no overflow while they are gathered

    public static int MaxLength => 64;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out WrittenDecimal value) => TryParseAsWritten(utf8, out value) || TryParseByValue(utf8, out value);

    public static bool TryParse(ReadOnlySpan<char> text, out WrittenDecimal value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written)
    {
        if (!Utf8Formatter.TryFormat(Micros / Unit(0), utf8, out written)) return false;
        if (Decimals == 0) return true;
        if (written >= utf8.Length) return false;
        utf8[written++] = (byte)'.';
        var fits = Utf8Formatter.TryFormat(Micros % Unit(0) / Unit(Decimals), utf8[written..], out var more, new('D', Decimals));
        written += more;
        return fits;
    }

    public override string ToString() => WireText.ToString(this);

    private static bool TryParseAsWritten(ReadOnlySpan<byte> utf8, out WrittenDecimal value)
    {
        value = default;
        if (utf8.IsEmpty || utf8.Length > MostDigits || (utf8[0] == '0' && utf8.Length > 1 && utf8[1] != '.')) return false;
        var point = utf8.Length;
        long number = 0;
        for (var i = 0; i < utf8.Length; i++)
        {
            var digit = (uint)(utf8[i] - '0');
            if (digit <= 9) number = (number * 10) + digit;
            else if (utf8[i] == '.' && i > 0 && point == utf8.Length) point = i;
            else return false;
        }
        var decimals = Math.Max(0, utf8.Length - point - 1);
        if ((decimals == 0 && point < utf8.Length) || decimals > MostDecimals || number > long.MaxValue / Unit(decimals)) return false;
        value = new(number * Unit(decimals), (byte)decimals);
        return true;
    }

    private static bool TryParseByValue(ReadOnlySpan<byte> utf8, out WrittenDecimal value)
    {
        value = default;
        if (!MicroText.TryParse(utf8, out var micros)) return false;
        byte decimals = MostDecimals;
        while (decimals > 0 && micros / Unit(decimals) % 10 == 0) decimals--;
        value = new(micros, decimals);
        return true;
    }

    /// <summary>What the last of so many decimals is worth, in millionths.</summary>
    private static long Unit(int decimals) => decimals switch { 0 => 1_000_000, 1 => 100_000, 2 => 10_000, 3 => 1_000, 4 => 100, 5 => 10, _ => 1 };
}
