namespace Oddswire.Simulator.World.Us;

// What the account holds of one market, always long or nothing. Quantities in hundredths of a contract.
public sealed record UsHolding(UsMarket Market, long Net, long Bought, long Sold, decimal Cost, decimal Realized, DateTimeOffset UpdatedAt)
{
    public decimal AveragePrice => Net == 0 ? 0 : Cost * 100 / Net;

    internal UsHolding After(Side side, int price, long quantity, DateTimeOffset now)
    {
        var paid = UsMoney.Of(price, quantity);
        if (side == Side.Buy) return this with { Net = Net + quantity, Bought = Bought + quantity, Cost = Cost + paid, UpdatedAt = now };
        var share = Cost * quantity / Net;
        return this with { Net = Net - quantity, Sold = Sold + quantity, Cost = Cost - share, Realized = Realized + paid - share, UpdatedAt = now };
    }
}

public sealed record UsFunds(decimal Cash, decimal Reserved, decimal Assets, DateTimeOffset UpdatedAt)
{
    public decimal BuyingPower => Cash - Reserved;
}

// An entry of the ledger: before and after. The position is null before the first.
public sealed record UsPositionEntry(UsHolding? Before, UsHolding After, UsPrint Print);

public sealed record UsBalanceEntry(UsFunds Before, UsFunds After, UsPrint Print);

// The one account of the venue: its orders that are open, what it holds and what it has.
public sealed class UsAccount
{
    private readonly List<UsOrder> _open = [];
    private readonly SortedDictionary<string, UsHolding> _holdings = new(StringComparer.Ordinal);
    private decimal _cash = 10_000m;
    private DateTimeOffset _updatedAt;

    internal UsAccount(DateTimeOffset now) => _updatedAt = now;

    // Oldest first.
    public IReadOnlyList<UsOrder> Open => _open;

    public IEnumerable<UsHolding> Holdings => _holdings.Values;

    public UsFunds Funds => new(
        _cash,
        _open.Where(static order => order.Side == Side.Buy).Sum(static order => order.Notional),
        _holdings.Values.Sum(static holding => UsMoney.Of(holding.Market.Last?.Price ?? holding.Market.Mid, holding.Net)),
        _updatedAt);

    // What can still be sold: held, and not promised to another order.
    internal long Sellable(UsMarket market) =>
        (_holdings.GetValueOrDefault(market.Slug)?.Net ?? 0) - _open.Where(order => order.Side == Side.Sell && order.Market == market).Sum(static order => order.Leaves);

    internal void Placed(UsOrder order) => _open.Add(order);

    internal void Canceled(UsOrder order)
    {
        order.State = UsOrderState.Canceled;
        _open.Remove(order);
    }

    internal (UsPositionEntry Position, UsBalanceEntry Balance) Fill(UsOrder order, UsPrint print)
    {
        var before = Funds;
        order.Filled += print.Quantity;
        order.State = order.Filled == order.Quantity ? UsOrderState.Filled : UsOrderState.PartiallyFilled;
        if (order.State == UsOrderState.Filled) _open.Remove(order);
        var held = _holdings.GetValueOrDefault(order.Market.Slug);
        var now = (held ?? new UsHolding(order.Market, 0, 0, 0, 0, 0, print.At)).After(order.Side, print.Price, print.Quantity, print.At);
        _holdings[order.Market.Slug] = now;
        _cash += order.Side == Side.Sell ? UsMoney.Of(print.Price, print.Quantity) : -UsMoney.Of(print.Price, print.Quantity);
        _updatedAt = print.At;
        return (new UsPositionEntry(held, now, print), new UsBalanceEntry(before, Funds, print));
    }
}
