namespace Oddswire.Simulator.World.Us;

// The markets of the US venue, off the chain and beside everything else: books that move, trades, and one account. It stands
// still while the world is paused.
public sealed class UsExchange
{
    private const int Levels = 12;
    private const int IdLength = 12;
    private const string IdLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    // A live game has 4.7 messages of its book a second; the others have less to tell.
    private const double BusyBookRate = 4.7;
    private const double CalmBookRate = 1;
    private const double ShortestTradePause = 0.4;
    private const double LongestTradePause = 3.9;

    private readonly Agenda _agenda;
    private readonly Func<bool> _paused;
    private readonly IUsObserver _observer;
    private readonly Random _random;
    private readonly Dictionary<string, UsMarket> _bySlug;

    internal UsExchange(WorldSettings settings, Agenda agenda, Func<bool> paused, IUsObserver observer)
    {
        (_agenda, _paused, _observer) = (agenda, paused, observer);
        _random = Seeds.Fork(settings.Seed, $"us {agenda.Now.UtcTicks}");
        Markets = [.. Enumerable.Range(0, settings.UsMarkets).Select(index => new UsMarket(index, UsMarketPlan.Of(index), agenda.Now, Seeds.Fork(settings.Seed, $"us market {index}")))];
        _bySlug = Markets.ToDictionary(static market => market.Slug);
        Account = new UsAccount(agenda.Now);
        foreach (var market in Markets) Open(market);
        if (Markets.Count > 0) new UsTrader(this, agenda, Seeds.Fork(settings.Seed, $"us trader {agenda.Now.UtcTicks}"), observer).Begin();
    }

    // The first trades most.
    public IReadOnlyList<UsMarket> Markets { get; }

    public UsAccount Account { get; }

    public bool IsPaused => _paused();

    public UsMarket? Market(string slug) => _bySlug.GetValueOrDefault(slug);

    internal string NewId() => new(_random.GetItems<char>(IdLetters, IdLength));

    internal UsPrint Print(UsMarket market, int price, long quantity, bool takerBuys)
    {
        var print = new UsPrint(market, NewId(), price, quantity, takerBuys, _agenda.Now);
        market.Traded(print);
        _observer.Traded(print);
        _observer.BookChanged(market); // its statistics are part of it
        return print;
    }

    private void Open(UsMarket market)
    {
        for (var level = 1; level <= Levels; level++)
        {
            Set(market, Side.Buy, level, Size());
            Set(market, Side.Sell, level, Size());
        }
        PlanBook(market);
        PlanTrade(market);
    }

    private void PlanBook(UsMarket market)
    {
        var rate = market.Number == 0 ? BusyBookRate : CalmBookRate;
        _agenda.After(TimeSpan.FromSeconds((0.5 + _random.NextDouble()) / rate), () =>
        {
            if (!IsPaused) Step(market);
            PlanBook(market);
        });
    }

    private void Step(UsMarket market)
    {
        // Most of what happens, happens near the best price; that one always has somebody.
        var depth = Math.Min(_random.Next(1, Levels + 1), _random.Next(1, Levels + 1));
        Set(market, _random.Next(2) == 0 ? Side.Buy : Side.Sell, depth, depth > 1 && _random.Next(6) == 0 ? 0 : Size());
        _observer.BookChanged(market);
    }

    private void PlanTrade(UsMarket market)
    {
        var longest = market.Number == 0 ? LongestTradePause / 2 : LongestTradePause;
        _agenda.After(TimeSpan.FromSeconds(ShortestTradePause + ((longest - ShortestTradePause) * _random.NextDouble())), () =>
        {
            if (!IsPaused) Trade(market);
            PlanTrade(market);
        });
    }

    // A taker who buys pays the best offer.
    private void Trade(UsMarket market)
    {
        var buys = _random.Next(2) == 0;
        var (side, best) = buys ? (Side.Sell, market.Book.BestAsk(0)) : (Side.Buy, market.Book.BestBid(0));
        if (best is not { } price) return;
        var rests = market.Book.SizeAt(side, price);
        var quantity = Math.Min(rests, Size());
        market.Book.Apply(new BookChange(side, price, rests - quantity), _agenda.Now);
        if (_random.Next(3) == 0) Move(market, buys);
        Set(market, Side.Buy, 1, Size());
        Set(market, Side.Sell, 1, Size());
        Print(market, price, quantity, buys);
    }

    private void Move(UsMarket market, bool up)
    {
        var mid = market.Mid + (up ? market.Plan.Tick : -market.Plan.Tick);
        market.Mid = Math.Clamp(mid, 1_000, World.Market.One - 1_000);
        foreach (var change in market.Book.Across(market.Mid)) market.Book.Apply(change, _agenda.Now);
    }

    private void Set(UsMarket market, Side side, int depth, long size)
    {
        var price = side == Side.Buy ? market.Mid - (depth * market.Plan.Tick) : market.Mid + ((depth - 1) * market.Plan.Tick);
        if (price is > 0 and < World.Market.One) market.Book.Apply(new BookChange(side, price, size), _agenda.Now);
    }

    // Whole contracts in hundredths, up to some tens of thousands, most of them few.
    private long Size() => 100 * (long)Math.Pow(10, 0.7 + (3.5 * _random.NextDouble()));
}
