using System.Buffers.Text;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>A time in RFC 3339 with up to nine decimals of a second; written in UTC with none, three, six or nine, as protojson does.</summary>
public readonly record struct UsTime(long UnixSeconds, int Nanos) : IWireText<UsTime>, IComparable<UsTime>
{
    private const int MostDecimals = 9;
    private const int NanosPerTick = 100;

    public static int MaxLength => 40;

    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeSeconds(UnixSeconds).AddTicks(Nanos / NanosPerTick);

    public static UsTime From(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        return new(seconds, (int)(time - DateTimeOffset.FromUnixTimeSeconds(seconds)).Ticks * NanosPerTick);
    }

    public int CompareTo(UsTime other) => UnixSeconds != other.UnixSeconds ? UnixSeconds.CompareTo(other.UnixSeconds) : Nanos.CompareTo(other.Nanos);

    public static bool TryParse(ReadOnlySpan<byte> utf8, out UsTime value)
    {
        value = default;
        var rest = utf8;
        if (!Number(ref rest, 4, out var year) || !Skip(ref rest, '-') || !Number(ref rest, 2, out var month) || !Skip(ref rest, '-') || !Number(ref rest, 2, out var day)) return false;
        if (!(Skip(ref rest, 'T') || Skip(ref rest, 't'))) return false;
        if (!Number(ref rest, 2, out var hour) || !Skip(ref rest, ':') || !Number(ref rest, 2, out var minute) || !Skip(ref rest, ':') || !Number(ref rest, 2, out var second)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        var nanos = 0;
        if (Skip(ref rest, '.') && !Decimals(ref rest, out nanos)) return false;
        if (!Offset(rest, out var minutes)) return false;
        var days = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc) - DateTime.UnixEpoch;
        value = new((long)days.TotalSeconds - (60 * minutes), nanos);
        return value.UnixSeconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && value.UnixSeconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
    }

    public static bool TryParse(ReadOnlySpan<char> text, out UsTime value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written)
    {
        if (!DateTimeOffset.FromUnixTimeSeconds(UnixSeconds).UtcDateTime.TryFormat(utf8, out written, "yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)) return false;
        var (decimals, fraction) = Nanos switch
        {
            0 => (0, 0),
            _ when Nanos % 1_000_000 == 0 => (3, Nanos / 1_000_000),
            _ when Nanos % 1_000 == 0 => (6, Nanos / 1_000),
            _ => (9, Nanos),
        };
        if (utf8.Length < written + decimals + 2) return false;
        if (decimals > 0)
        {
            utf8[written++] = (byte)'.';
            Utf8Formatter.TryFormat(fraction, utf8[written..], out var more, new('D', (byte)decimals));
            written += more;
        }
        utf8[written++] = (byte)'Z';
        return true;
    }

    public override string ToString() => WireText.ToString(this);

    private static bool Skip(ref ReadOnlySpan<byte> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected) return false;
        rest = rest[1..];
        return true;
    }

    private static bool Number(ref ReadOnlySpan<byte> rest, int digits, out int value)
    {
        value = 0;
        if (rest.Length < digits) return false;
        foreach (var character in rest[..digits])
        {
            if (character is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + (character - '0');
        }
        rest = rest[digits..];
        return true;
    }

    private static bool Decimals(ref ReadOnlySpan<byte> rest, out int nanos)
    {
        var count = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (count < 0) count = rest.Length;
        nanos = 0;
        if (count is 0 or > MostDecimals || !Number(ref rest, count, out nanos)) return false;
        for (; count < MostDecimals; count++) nanos *= 10;
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (Skip(ref rest, 'Z') || Skip(ref rest, 'z')) return rest.IsEmpty;
        var sign = Skip(ref rest, '+') ? 1 : Skip(ref rest, '-') ? -1 : 0;
        if (sign == 0 || !Number(ref rest, 2, out var hours) || !Skip(ref rest, ':') || !Number(ref rest, 2, out minutes) || hours > 23 || minutes > 59) return false;
        minutes = sign * ((60 * hours) + minutes);
        return rest.IsEmpty;
    }
}
