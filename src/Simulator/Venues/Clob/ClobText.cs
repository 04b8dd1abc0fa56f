using System.Globalization;
using System.Text;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// How the order book venue spells numbers: decimal strings without trailing zeros, last trades with three decimals, times in milliseconds.
internal static class ClobText
{
    public static string Price(int tenThousandths) => (tenThousandths / 10_000m).ToString("0.####", CultureInfo.InvariantCulture);

    // Empty where there is no such price.
    public static string PriceOrNone(int? tenThousandths) => tenThousandths is { } price ? Price(price) : "";

    public static string Size(long hundredths) => (hundredths / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    public static string Shares(long micro) => (micro / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture);

    public static string LastTrade(int? tenThousandths) =>
        tenThousandths is { } price ? (price / 10_000m).ToString("0.000", CultureInfo.InvariantCulture) : "";

    public static string Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    public static string Levels(IEnumerable<RestingLevel> levels)
    {
        var text = new StringBuilder("[");
        foreach (var level in levels)
        {
            if (text.Length > 1) text.Append(',');
            text.Append("{\"price\":\"").Append(Price(level.Price)).Append("\",\"size\":\"").Append(Size(level.Size)).Append("\"}");
        }
        return text.Append(']').ToString();
    }
}
