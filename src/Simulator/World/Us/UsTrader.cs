namespace Oddswire.Simulator.World.Us;

// Trades for the account, so that its owner has something to see: an order is placed, filled in part or whole, or cancelled every few seconds.
internal sealed class UsTrader(UsExchange exchange, Agenda agenda, Random random, IUsObserver observer)
{
    private const int MostOpen = 5;
    private const int Levels = 4;

    // Dollars; with less than that it sells.
    private const decimal Poor = 1_000;

    // Nobody waits five seconds for an update.
    private const double ShortestPause = 0.8;
    private const double LongestPause = 3.8;

    public void Plan() => agenda.After(TimeSpan.FromSeconds(ShortestPause + ((LongestPause - ShortestPause) * random.NextDouble())), () =>
    {
        if (!exchange.IsPaused) Act();
        Plan();
    });

    // From the start there are some to take a snapshot of.
    public void Begin()
    {
        for (var i = 0; i < MostOpen - 1; i++) Place();
        Plan();
    }

    private void Act()
    {
        var open = exchange.Account.Open;
        if (open.Count < 2 || (open.Count < MostOpen && random.Next(2) == 0)) Place();
        else if (random.Next(4) == 0) Cancel(open[random.Next(open.Count)]);
        else Fill(open[random.Next(open.Count)]);
    }

    private void Place()
    {
        var (market, quantity) = (exchange.Markets[random.Next(exchange.Markets.Count)], 100 + (25L * random.Next(200)));
        var sells = random.Next(2) == 0 && exchange.Account.Sellable(market) >= quantity;
        if (exchange.Account.Funds.BuyingPower < Poor)
        {
            market = exchange.Markets.MaxBy(exchange.Account.Sellable)!;
            (sells, quantity) = (true, Math.Min(quantity, exchange.Account.Sellable(market)));
            if (quantity <= 0)
            {
                Fill(exchange.Account.Open[0]); // all that it holds is on offer already
                return;
            }
        }
        var away = market.Plan.Tick * random.Next(1, Levels + 1);
        var price = Math.Clamp(sells ? market.Mid + away : market.Mid - away, market.Plan.Tick, Market.One - market.Plan.Tick);
        var order = new UsOrder(exchange.NewId(), market, sells ? Side.Sell : Side.Buy, price, quantity, agenda.Now);
        exchange.Account.Placed(order);
        Tell(order, UsExecutionType.New, print: null);
    }

    private void Cancel(UsOrder order)
    {
        exchange.Account.Canceled(order);
        Tell(order, UsExecutionType.Canceled, print: null);
    }

    private void Fill(UsOrder order)
    {
        var quantity = order.Leaves > 100 && random.Next(2) == 0 ? order.Leaves / 2 : order.Leaves;
        // Whoever meets the order is the taker, on the other side.
        var print = exchange.Print(order.Market, order.Price, quantity, takerBuys: order.Side == Side.Sell);
        var (position, balance) = exchange.Account.Fill(order, print);
        Tell(order, order.State == UsOrderState.Filled ? UsExecutionType.Fill : UsExecutionType.PartialFill, print);
        observer.PositionChanged(position);
        observer.BalanceChanged(balance);
    }

    private void Tell(UsOrder order, UsExecutionType type, UsPrint? print) =>
        observer.OrderChanged(new UsExecution(exchange.NewId(), order, type, print, agenda.Now));
}
