namespace Oddswire.Simulator.World.Us;

// What a US market is about, and how its numbers are written: the venue's scales differ from market to market.
public sealed record UsMarketPlan(string Slug, string EventSlug, string Title, string Outcome, int Tick, int PriceDecimals, int QuantityDecimals)
{
    private static readonly (string Slug, string Title)[] Games =
    [
        ("mlb-harbor-summit", "Harbor Otters vs. Summit Falcons"), ("wta-lind-okafor", "Lind vs. Okafor"), ("nba-lakeside-northport", "Lakeside Herons vs. Northport Wolves"),
        ("dota2-ember-drift", "Team Ember vs. Drift"), ("nhl-bayview-granite", "Bayview Orcas vs. Granite Bears"), ("epl-marsh-oldtown", "Marsh Rovers vs. Oldtown"),
    ];

    // The first trades most. More than six only in worlds that ask for more: they stay apart by their number.
    public static UsMarketPlan Of(int index)
    {
        var (slug, title) = Games[index % Games.Length];
        var again = index < Games.Length ? "" : $"-{(index / Games.Length) + 1}";
        var full = $"aec-{slug}-2026-11-21{again}";
        var fine = index % 2 == 1;
        return new(full, full, title, title.Split(" vs. ")[0], fine ? 10 : 100, fine ? 4 : 3, fine ? 4 : 3);
    }
}
