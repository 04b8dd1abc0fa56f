using System.Globalization;
using System.Text.Json;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// How the US venue spells its numbers and times. Books keep the scale of their market; the account does not.
internal static class UsText
{
    public static string Amount(string value) => $"{{\"value\":\"{value}\",\"currency\":\"USD\"}}";

    public static string Amount(decimal dollars) => Amount(Number(dollars));

    public static string Price(UsMarket market, int tenThousandths) => Amount((tenThousandths / 10_000m).ToString(Scale(market.Plan.PriceDecimals), CultureInfo.InvariantCulture));

    public static string Quantity(UsMarket market, long hundredths) => (hundredths / 100m).ToString(Scale(market.Plan.QuantityDecimals), CultureInfo.InvariantCulture);

    // No more digits than it has.
    public static string Number(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    public static string Contracts(long hundredths) => Number(hundredths / 100m);

    public static string Text(string value) => JsonSerializer.Serialize(value);

    // Nanoseconds, although the world's clock has ticks of a hundred.
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);

    private static string Scale(int decimals) => decimals == 3 ? "0.000" : "0.0000";
}
