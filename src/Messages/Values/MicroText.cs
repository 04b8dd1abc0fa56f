using System.Buffers.Text;

namespace Oddswire.Messages.Values;

/// <summary>
/// Amounts in millionths as decimal text. Reads what JSON calls a number, exponent included, digit by digit and never
/// through a double; digits after the sixth decimal round to the nearest millionth, halves up. Writes no trailing zeros.
/// </summary>
internal static class MicroText
{
    public const int MaxWritten = 20;
    private const int Decimals = 6;
    private const int Unit = 1_000_000;

    // 38 digits fit a UInt128; a longer mantissa cannot change a result that fits a long.
    private const int MaxDigits = 38;
    private const int MaxExponent = 9999;

    public static bool TryParse(ReadOnlySpan<byte> utf8, out long micros)
    {
        micros = 0;
        var rest = utf8;
        UInt128 mantissa = 0;
        var digits = 0;
        var power = Decimals;
        var whole = ReadDigits(ref rest, ref mantissa, ref digits, ref power, fraction: false);
        if (whole == 0) return false;
        if (!rest.IsEmpty && rest[0] == '.')
        {
            rest = rest[1..];
            if (ReadDigits(ref rest, ref mantissa, ref digits, ref power, fraction: true) == 0) return false;
        }
        if (!rest.IsEmpty)
        {
            if ((rest[0] | 0x20) != 'e' || !TryReadExponent(rest[1..], out var exponent)) return false;
            power += exponent;
        }
        return TryScale(mantissa, power, out micros);
    }

    public static bool TryFormat(long micros, Span<byte> utf8, out int written)
    {
        if (!Utf8Formatter.TryFormat(micros / Unit, utf8, out written)) return false;
        var fraction = (int)(micros % Unit);
        if (fraction == 0) return true;
        var width = Decimals;
        for (; fraction % 10 == 0; fraction /= 10) width--;
        if (written >= utf8.Length) return false;
        utf8[written++] = (byte)'.';
        var fits = Utf8Formatter.TryFormat(fraction, utf8[written..], out var more, new('D', (byte)width));
        written += more;
        return fits;
    }

    private static int ReadDigits(ref ReadOnlySpan<byte> rest, ref UInt128 mantissa, ref int digits, ref int power, bool fraction)
    {
        var count = 0;
        for (; count < rest.Length && rest[count] is >= (byte)'0' and <= (byte)'9'; count++)
        {
            if (digits < MaxDigits)
            {
                mantissa = (mantissa * 10) + (uint)(rest[count] - '0');
                if (mantissa != 0) digits++;
                if (fraction) power--;
            }
            else if (!fraction)
            {
                power++;
            }
        }
        rest = rest[count..];
        return count;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        var negative = !text.IsEmpty && text[0] == '-';
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        if (text.IsEmpty) return false;
        foreach (var character in text)
        {
            if (character is < (byte)'0' or > (byte)'9') return false;
            exponent = Math.Min(MaxExponent, (exponent * 10) + (character - '0'));
        }
        if (negative) exponent = -exponent;
        return true;
    }

    private static bool TryScale(UInt128 mantissa, int power, out long micros)
    {
        micros = 0;
        if (mantissa == 0) return true;
        for (; power > 0; power--)
        {
            if (mantissa > long.MaxValue) return false;
            mantissa *= 10;
        }
        if (power < -MaxDigits) return true;
        if (power < 0)
        {
            UInt128 divisor = 1;
            for (; power < 0; power++) divisor *= 10;
            // Not (mantissa + half) / divisor: the sum could overflow.
            var (quotient, remainder) = UInt128.DivRem(mantissa, divisor);
            mantissa = remainder >= divisor / 2 ? quotient + 1 : quotient;
        }
        if (mantissa > long.MaxValue) return false;
        micros = (long)mantissa;
        return true;
    }
}
