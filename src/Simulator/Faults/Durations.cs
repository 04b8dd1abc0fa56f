using System.Globalization;

namespace Oddswire.Simulator.Faults;

// 250ms, 30s, 2m, 1h: as in the gateway's own settings.
internal static class Durations
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
        [("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1))];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, length) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) continue;
            if (number > Longest / length) return false;
            duration = length * number;
            return true;
        }
        return false;
    }

    public static string Format(TimeSpan duration)
    {
        var (unit, length) = duration.Ticks % TimeSpan.TicksPerSecond == 0 ? Units[1] : Units[0];
        return string.Create(CultureInfo.InvariantCulture, $"{duration / length:0.###}{unit}");
    }
}
