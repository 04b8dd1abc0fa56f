using System.Globalization;

namespace Oddswire.Simulator.World;

// What a market is about and where it trades; the plans of the lasting markets do not change from run to run.
public sealed record MarketPlan(string Slug, string EventSlug, string EventTitle, string Title, string First, string Second)
{
    private static readonly string[] Cities = ["Wellington", "Oslo", "Lisbon", "Nairobi", "Toronto", "Osaka"];
    private static readonly (string Slug, string Name)[] Coins =
        [("btc", "Bitcoin"), ("eth", "Ethereum"), ("sol", "Solana"), ("xrp", "XRP"), ("doge", "Dogecoin"), ("bnb", "BNB")];

    public Exchange Exchange { get; private init; } = Exchange.Ctf;

    public bool ProtocolV2 => Exchange == Exchange.V3;

    public bool NegRisk => Exchange == Exchange.NegRisk || Exchange == Exchange.LegacyNegRisk;

    public bool Busy { get; init; }

    public int Tick { get; private init; } = 100;

    // The rate of the fee formula, in ten-thousandths.
    public int FeeRate { get; private init; }

    public DateTimeOffset? EndsAt { get; private init; }

    public static MarketPlan Lasting(int index) => index switch
    {
        0 => YesNo("fed-decision-next-meeting-cut", "fed-decision-next-meeting", "Fed decision at the next meeting?", "Will the Fed cut rates at its next meeting?") with { Exchange = Exchange.NegRisk },
        1 => Match("Harbor Otters", "Summit Falcons") with { FeeRate = 300 },
        2 => YesNo("bitcoin-all-time-high-this-year", "bitcoin-all-time-high-this-year", "Bitcoin all-time high this year?", "Will Bitcoin reach a new all-time high this year?"),
        5 => Match("Lakeside Herons", "Northport Wolves") with { Exchange = Exchange.V3, FeeRate = 300 },
        _ => Temperature(index),
    };

    public static MarketPlan Window(int series, DateTimeOffset start, TimeSpan length)
    {
        var (slug, name) = Coins[series % Coins.Length];
        var size = length.TotalMinutes >= 1 ? $"{length.TotalMinutes:0}m" : $"{length.TotalSeconds:0}s";
        // More series than coins only in worlds of many markets: they stay apart by their number.
        var again = series < Coins.Length ? "" : $"-{(series / Coins.Length) + 1}";
        var full = $"{slug}-updown-{size}-{start.ToUnixTimeSeconds()}{again}";
        var title = string.Create(CultureInfo.InvariantCulture, $"{name} Up or Down - {start:MMMM d, h:mmtt}-{start + length:h:mmtt} UTC");
        return new MarketPlan(full, full, title, title, "Up", "Down") { FeeRate = 250, EndsAt = start + length };
    }

    public MarketPlan OnLegacyExchange() => this with { Exchange = NegRisk ? Exchange.LegacyNegRisk : Exchange.LegacyCtf };

    private static MarketPlan Temperature(int index)
    {
        var city = Cities[index / 4 % Cities.Length];
        var degrees = 8 + (index % 4) + (index / (4 * Cities.Length) * 4);
        var eventSlug = $"highest-temperature-in-{city.ToLowerInvariant()}-this-week";
        var plan = YesNo($"{eventSlug}-{degrees}c", eventSlug, $"Highest temperature in {city} this week?", $"Will the highest temperature in {city} be {degrees}C this week?");
        return plan with { Exchange = Exchange.NegRisk, Tick = 10 };
    }

    private static MarketPlan YesNo(string slug, string eventSlug, string eventTitle, string title) =>
        new(slug, eventSlug, eventTitle, title, "Yes", "No");

    private static MarketPlan Match(string home, string away)
    {
        var slug = $"{home}-vs-{away}".ToLowerInvariant().Replace(' ', '-');
        return new(slug, slug, $"{home} vs. {away}", $"{home} vs. {away}", home.Split(' ')[^1], away.Split(' ')[^1]);
    }
}
