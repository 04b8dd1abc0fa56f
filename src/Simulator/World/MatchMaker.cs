using System.Collections.Immutable;

namespace Oddswire.Simulator.World;

// Makes one match in a given token: a taker, and maker orders that sell what it buys (or buy the other outcome, when
// the exchange mints a pair for the two of them; or sell it, when it merges one).
internal sealed class MatchMaker(Crowd crowd, Random random, Random hashes)
{
    // 78 % of maker rows carry the other token (protocol page, section 3).
    private const double OtherToken = 0.78;
    private const double SameWalletAgain = 0.08;
    private const long Share = 1_000_000;

    private readonly OrderPool _pool = new();

    // With a taker that somebody else chose, or the next of the crowd.
    public Match Make(DateTimeOffset now, OutcomeToken token, int makers, Wallet? chosen = null)
    {
        var market = token.Market;
        var side = random.Next(5) < 3 ? Side.Buy : Side.Sell;
        if (chosen is not null) crowd.Took(chosen, now);
        var taker = chosen ?? crowd.Next(now);
        var price = token.Mid;
        var rows = ImmutableArray.CreateBuilder<Execution>(makers);
        Wallet? previous = null;
        long shares = 0, collateral = 0;
        for (var i = 0; i < makers; i++)
        {
            var wallet = previous is not null && random.NextDouble() < SameWalletAgain ? previous : crowd.Next(now, taker);
            var row = Fill(token, side, price, wallet, taker);
            rows.Add(row);
            shares += row.Shares;
            // What the taker pays or gets: the maker's collateral, or what a pair of tokens leaves of its dollar.
            collateral += row.Order.Token == token ? row.Collateral : row.Shares - row.Collateral;
            previous = wallet;
            if (random.Next(2) == 0) price = Worse(price, side, market.Plan.Tick);
        }
        foreach (var row in rows) Rest(row.Order);
        var order = TakerOrder(taker, token, side, price, shares);
        var fee = Fee(shares, collateral, market.Plan.FeeRate);
        market.Traded(now, makers + 1, random);
        return new Match(now, Word.Draw(hashes), market, new Execution(order, market.Plan.Exchange.Address, shares, collateral, fee), rows.DrainToImmutable());
    }

    public void Forget(Market market) => _pool.Forget(market);

    private Execution Fill(OutcomeToken token, Side side, int price, Wallet wallet, Wallet taker)
    {
        var other = random.NextDouble() < OtherToken;
        var (makerToken, makerSide, makerPrice) = other
            ? (token.Other, side, Market.One - price)
            : (token, side == Side.Buy ? Side.Sell : Side.Buy, price);
        var order = _pool.Take(makerToken, makerSide, makerPrice, wallet);
        var shares = Size(makerPrice);
        if (order is null) order = new Order(Word.Draw(hashes), wallet, makerToken, makerSide, makerPrice, shares * random.Next(1, 4));
        // No dust stays behind: a remainder below one share is filled along with the rest.
        if (order.Remaining - shares < Share) shares = order.Remaining;
        order.Remaining -= shares;
        return new Execution(order, taker.Address, shares, shares * makerPrice / Market.One, Fee: 0);
    }

    // What a taker order leaves unfilled rests in the book, and is then a maker order with the hash of before.
    private Order TakerOrder(Wallet taker, OutcomeToken token, Side side, int price, long shares)
    {
        var order = _pool.Take(token, side, price, taker) ?? new Order(Word.Draw(hashes), taker, token, side, price, 0);
        order.Remaining = random.Next(5) == 0 ? shares : 0;
        Rest(order);
        return order;
    }

    private void Rest(Order order)
    {
        if (order.Remaining > 0) _pool.Rest(order);
    }

    private static int Worse(int price, Side side, int tick) =>
        Math.Clamp(side == Side.Buy ? price + tick : price - tick, 100, Market.One - 100);

    // Mostly whole shares or hundredths, as limit orders have; the rest is what some dollars buy: any fraction.
    private long Size(int price)
    {
        var shares = Math.Pow(10, 0.7 + (2 * random.NextDouble()));
        return random.Next(10) switch
        {
            < 5 => (long)shares * Share,
            < 8 => (long)(shares * 100) * (Share / 100),
            _ => (long)shares * Share * Market.One / price,
        };
    }

    // fee = shares * rate * p * (1 - p), in collateral; p is the price of this match.
    private static long Fee(long shares, long collateral, int rate)
    {
        if (rate == 0) return 0;
        var price = (decimal)collateral / shares;
        return (long)(shares * price * (1 - price) * rate / Market.One);
    }
}
