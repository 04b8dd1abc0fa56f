namespace Oddswire.Simulator.World.Us;

// A market of the US venue: one book (YES alone; whoever bids p for it asks 1 - p of NO), and what traded so far.
public sealed class UsMarket
{
    internal UsMarket(int number, UsMarketPlan plan, DateTimeOffset createdAt, Random random)
    {
        (Number, Plan) = (number, plan);
        Book = new OrderBook(createdAt);
        Mid = (2_000 + random.Next(6_000)) / plan.Tick * plan.Tick;
        OpenInterest = random.Next(50_000, 5_000_000);
        (Opened, High, Low) = (Mid, Mid, Mid);
        OpenedAt = createdAt;
    }

    public int Number { get; }

    public UsMarketPlan Plan { get; }

    public string Slug => Plan.Slug;

    // All of them trade: the venue's other states would be silence.
    public string State { get; } = "MARKET_STATE_OPEN";

    public OrderBook Book { get; }

    // In ten-thousandths of a dollar.
    public int Mid { get; internal set; }

    public int Opened { get; }

    public DateTimeOffset OpenedAt { get; }

    public int High { get; private set; }

    public int Low { get; private set; }

    public UsPrint? Last { get; private set; }

    // In hundredths of a contract.
    public long SharesTraded { get; private set; }

    public long OpenInterest { get; private set; }

    internal void Traded(UsPrint print)
    {
        Last = print;
        SharesTraded += print.Quantity;
        OpenInterest += print.Quantity / 2;
        (High, Low) = (Math.Max(High, print.Price), Math.Min(Low, print.Price));
    }
}

// A trade as everybody sees it: price in ten-thousandths, quantity in hundredths of a contract.
public sealed record UsPrint(UsMarket Market, string Id, int Price, long Quantity, bool TakerBuys, DateTimeOffset At);
