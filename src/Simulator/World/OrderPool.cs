namespace Oddswire.Simulator.World;

// Orders that were filled in part and rest on: the next match may fill more of them under the same hash.
internal sealed class OrderPool
{
    private const int Kept = 16;

    private readonly Dictionary<Market, List<Order>> _orders = [];

    public void Rest(Order order)
    {
        if (!_orders.TryGetValue(order.Token.Market, out var resting)) _orders[order.Token.Market] = resting = [];
        if (resting.Count == Kept) resting.RemoveAt(0);
        resting.Add(order);
    }

    // Takes an order out of the pool; what is left of it afterwards rests again.
    public Order? Take(OutcomeToken token, Side side, int price, Wallet wallet)
    {
        if (!_orders.TryGetValue(token.Market, out var resting)) return null;
        var at = resting.FindIndex(order => order.Token == token && order.Side == side && order.Price == price && order.Wallet == wallet);
        if (at < 0) return null;
        var found = resting[at];
        resting.RemoveAt(at);
        return found;
    }

    public void Forget(Market market) => _orders.Remove(market);
}
