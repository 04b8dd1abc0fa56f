namespace Oddswire.Simulator.World;

// The demo world by default. Rate counts OrderFilled logs a second: a match of one taker and two makers is three.
public sealed record WorldSettings
{
    public const double LowestRate = 1;
    public const double HighestRate = 20_000;
    public const int MostUsMarkets = 1_000;

    public long Seed { get; init; } = 1;

    public double Rate { get; init; } = 60;

    public int Wallets { get; init; } = 40;

    public int Markets { get; init; } = 12;

    // Of the US venue, which trades beside all this. None: nothing happens there.
    public int UsMarkets { get; init; } = 6;

    // A trade each second per token in these; they stay open for ever.
    public int BusyMarkets { get; init; } = 4;

    // So many of the others are Up/Down windows: each closes after Window and the next one opens.
    public int WindowMarkets { get; init; } = 5;

    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);

    // Every fourth market trades on the exchanges and with the logs from before 2026-04-28.
    public bool LegacyLogs { get; init; }

    // Books move around the prices. Off where nobody looks at them: they are most of what happens.
    public bool Books { get; init; } = true;

    // Changes a second of each busy market's book, and of each window's: 350 to 950 in a crypto market of five minutes.
    public double BookRate { get; init; } = 10;

    // The first wallet is that of a private key that everybody knows, and it trades in every busy market, and in the one that is
    // busiest, at least every five seconds: something to see for whoever reads its account.
    public bool DemoAccount { get; init; }

    // Fills kept for eth_getLogs and /sim/fills; older ones are pruned.
    public int History { get; init; } = 500_000;

    public void Validate()
    {
        Require(Rate is >= LowestRate and <= HighestRate, nameof(Rate), $"{LowestRate} to {HighestRate} fills a second");
        Require(Wallets is >= 2 and <= 100_000, nameof(Wallets), "2 to 100000");
        Require(Markets is >= 1 and <= 1_000, nameof(Markets), "1 to 1000");
        Require(UsMarkets is >= 0 and <= MostUsMarkets, nameof(UsMarkets), $"0 to {MostUsMarkets}");
        Require(BusyMarkets >= 0 && WindowMarkets >= 0 && BusyMarkets + WindowMarkets <= Markets, nameof(BusyMarkets), "busy and window markets are some of Markets");
        Require(BookRate is >= 0.1 and <= 5_000, nameof(BookRate), "0.1 to 5000 changes a second");
        Require(Window >= TimeSpan.FromSeconds(10), nameof(Window), "10 seconds or more");
        Require(History is >= 1_000 and <= 10_000_000, nameof(History), "1000 to 10000000");
    }

    private static void Require(bool holds, string setting, string expected)
    {
        if (!holds) throw new ArgumentException($"simulator {setting.ToLowerInvariant()}: expected {expected}", setting);
    }
}
