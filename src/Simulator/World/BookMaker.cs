namespace Oddswire.Simulator.World;

// Moves the books of the open markets: around the price at which they trade, thicker away from it, and emptied when they close.
internal sealed class BookMaker(WorldSettings settings, Agenda agenda, IWorldObserver observer)
{
    private const int Levels = 12;
    private const int FinalTick = 10;
    private const double Decided = 0.9;         // of a window: from here on its outcome is clear

    private readonly Random _random = Seeds.Fork(settings.Seed, $"books {agenda.Now.UtcTicks}");

    public void Opened(Market market)
    {
        for (var level = 1; level <= Levels; level++)
        {
            Set(market, Side.Buy, market.Mid - (level * market.Tick));
            Set(market, Side.Sell, market.Mid + ((level - 1) * market.Tick));
        }
        observer.Opened(market);
        Plan(market);
        if (market.Plan.EndsAt is { } end) agenda.At(end - (settings.Window * (1 - Decided)), () => Decide(market));
    }

    // The shares of a match leave the level that it touched.
    public void Traded(Match match)
    {
        var market = match.Market;
        if (market.Book.IsEmpty) return;
        var touched = match.Taker.Order;
        var side = touched.Side == Side.Buy ? Side.Sell : Side.Buy;
        var change = new BookChange(side, touched.Price, 0).For(touched.Token.Index);
        var rests = market.Book.SizeAt(change.Side, change.Price);
        List<BookChange> changes = rests == 0 ? [] : [change with { Size = Math.Max(0, rests - (match.Taker.Shares / 10_000)) }];
        Apply(market, [.. changes, .. market.Book.Across(market.Mid).Where(across => across.Price != change.Price || across.Side != change.Side)]);
    }

    public void Closed(Market market) => Apply(market, market.Book.Everything());

    private void Plan(Market market)
    {
        var lively = market.Plan.Busy || market.Plan.EndsAt is not null;
        var pause = lively ? (0.5 + _random.NextDouble()) / settings.BookRate : 1 + (6 * _random.NextDouble());
        agenda.After(TimeSpan.FromSeconds(pause), () =>
        {
            if (market.State != MarketState.Open) return;
            Step(market);
            Plan(market);
        });
    }

    private void Step(Market market)
    {
        var side = _random.Next(2) == 0 ? Side.Buy : Side.Sell;
        // Most of what happens, happens near the best price.
        var depth = Math.Min(_random.Next(1, Levels + 1), _random.Next(1, Levels + 1));
        var price = side == Side.Buy ? market.Mid - (depth * market.Tick) : market.Mid + ((depth - 1) * market.Tick);
        if (price <= 0 || price >= Market.One) return;
        var size = _random.Next(6) == 0 && market.Book.SizeAt(side, price) > 0 ? 0 : Size();
        Apply(market, [.. market.Book.Across(market.Mid), new BookChange(side, price, size)]);
    }

    // The venue tells a finer tick twice; its books are then quoted in it.
    private void Decide(Market market)
    {
        var before = market.Tick;
        market.Decide(_random.Next(2) == 0, FinalTick);
        if (market.Tick == before) return;
        observer.TickChanged(market, before);
        observer.TickChanged(market, before);
    }

    private void Set(Market market, Side side, int price)
    {
        if (price is > 0 and < Market.One) market.Book.Apply(new BookChange(side, price, Size()), agenda.Now);
    }

    private void Apply(Market market, IReadOnlyList<BookChange> changes)
    {
        if (changes.Count == 0) return;
        foreach (var change in changes) market.Book.Apply(change, agenda.Now);
        observer.BookChanged(market, changes);
    }

    // Up to some tens of thousands of shares, in hundredths, most of them small.
    private long Size() => (long)Math.Pow(10, 2.7 + (3.5 * _random.NextDouble()));
}
