using System.Buffers;
using System.Globalization;

namespace Oddswire.Host.Hocon;

/// <summary>Numbers with a unit: durations (5s, 1.5h, 200 milliseconds) and sizes (64MiB, 10GB).</summary>
public static class Quantity
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("+-.0123456789");

    private static readonly (string[] Names, decimal Ticks)[] Times =
    [
        (["ns", "nano", "nanos", "nanosecond", "nanoseconds"], 0.01m),
        (["us", "micro", "micros", "microsecond", "microseconds"], TimeSpan.TicksPerMicrosecond),
        (["ms", "milli", "millis", "millisecond", "milliseconds"], TimeSpan.TicksPerMillisecond),
        (["s", "second", "seconds"], TimeSpan.TicksPerSecond),
        (["m", "minute", "minutes"], TimeSpan.TicksPerMinute),
        (["h", "hour", "hours"], TimeSpan.TicksPerHour),
        (["d", "day", "days"], TimeSpan.TicksPerDay),
    ];

    // kB and its family count in thousands, as disks do; K, Ki and KiB in 1024, as memory does.
    private static readonly (string[] Names, decimal Bytes)[] Sizes =
    [
        (["", "B", "b", "byte", "bytes"], 1),
        .. "kMGTPE".SelectMany((letter, index) => Family(letter, index)),
    ];

    /// <summary>Null: not a duration, or one that does not fit. A number alone is none, save 0: it would be guesswork what it counts.</summary>
    public static TimeSpan? Duration(string text)
    {
        var (number, unit) = Split(text);
        if (number == 0 && unit.Length == 0) return TimeSpan.Zero;
        return Scaled(number, unit, Times) is { } ticks ? TimeSpan.FromTicks(ticks) : null;
    }

    /// <summary>In bytes; null: not a size, or one that does not fit. A number alone counts bytes.</summary>
    public static long? Size(string text)
    {
        var (number, unit) = Split(text);
        return Scaled(number, unit, Sizes);
    }

    private static long? Scaled(decimal? number, string unit, (string[] Names, decimal Factor)[] units)
    {
        var factor = units.FirstOrDefault(known => known.Names.Contains(unit)).Factor;
        if (factor == 0 || number is not { } count || Math.Abs(count) > long.MaxValue / factor) return null;
        return (long)Math.Round(count * factor);
    }

    private static (decimal? Number, string Unit) Split(string text)
    {
        var trimmed = text.Trim();
        var digits = trimmed.AsSpan().IndexOfAnyExcept(Digits);
        var number = digits < 0 ? trimmed : trimmed[..digits];
        return (decimal.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null,
            digits < 0 ? "" : trimmed[digits..].TrimStart());
    }

    private static IEnumerable<(string[] Names, decimal Bytes)> Family(char letter, int index)
    {
        var upper = char.ToUpperInvariant(letter);
        var thousands = new[] { "kilo", "mega", "giga", "tera", "peta", "exa" }[index];
        var binary = new[] { "kibi", "mebi", "gibi", "tebi", "pebi", "exbi" }[index];
        yield return ([$"{letter}B", $"{upper}B", thousands + "byte", thousands + "bytes"], Power(1000, index + 1));
        yield return ([$"{char.ToLowerInvariant(letter)}", $"{upper}", $"{upper}i", $"{upper}iB", binary + "byte", binary + "bytes"], Power(1024, index + 1));
    }

    private static decimal Power(decimal unit, int exponent) => Enumerable.Repeat(unit, exponent).Aggregate((product, factor) => product * factor);
}
