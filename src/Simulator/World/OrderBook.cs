namespace Oddswire.Simulator.World;

public readonly record struct RestingLevel(int Price, long Size);

// One level has a new size, in terms of the first outcome. No size: the level is gone.
public readonly record struct BookChange(Side Side, int Price, long Size)
{
    public BookChange For(int outcome) =>
        outcome == 0 ? this : new BookChange(Side == Side.Buy ? Side.Sell : Side.Buy, Market.One - Price, Size);
}

// What rests in a market, kept in terms of its first outcome: whoever bids p for it asks 1 - p of the second. Prices in
// ten-thousandths of a dollar, sizes in hundredths of a share. Bids are below the middle and asks at it or above.
public sealed class OrderBook(DateTimeOffset createdAt)
{
    private readonly SortedDictionary<int, long> _bids = [];
    private readonly SortedDictionary<int, long> _asks = [];

    public DateTimeOffset ChangedAt { get; private set; } = createdAt;

    public bool IsEmpty => _bids.Count == 0 && _asks.Count == 0;

    // From the worst to the best, as the venue writes both sides.
    public IEnumerable<RestingLevel> Bids(int outcome) => outcome == 0
        ? _bids.Select(static level => new RestingLevel(level.Key, level.Value))
        : _asks.Reverse().Select(static level => new RestingLevel(Market.One - level.Key, level.Value));

    public IEnumerable<RestingLevel> Asks(int outcome) => outcome == 0
        ? _asks.Reverse().Select(static level => new RestingLevel(level.Key, level.Value))
        : _bids.Select(static level => new RestingLevel(Market.One - level.Key, level.Value));

    public int? BestBid(int outcome) => outcome == 0 ? Highest(_bids) : Lowest(_asks) is { } ask ? Market.One - ask : null;

    public int? BestAsk(int outcome) => outcome == 0 ? Lowest(_asks) : Highest(_bids) is { } bid ? Market.One - bid : null;

    internal long SizeAt(Side side, int price) => (side == Side.Buy ? _bids : _asks).GetValueOrDefault(price);

    internal void Apply(BookChange change, DateTimeOffset now)
    {
        var side = change.Side == Side.Buy ? _bids : _asks;
        if (change.Size == 0) side.Remove(change.Price);
        else side[change.Price] = change.Size;
        ChangedAt = now;
    }

    // What would cross the middle, now that it has moved: it leaves before anything new comes.
    internal IReadOnlyList<BookChange> Across(int middle) =>
    [
        .. _bids.Keys.Where(price => price >= middle).Select(static price => new BookChange(Side.Buy, price, 0)),
        .. _asks.Keys.Where(price => price < middle).Select(static price => new BookChange(Side.Sell, price, 0)),
    ];

    internal IReadOnlyList<BookChange> Everything() =>
    [
        .. _bids.Keys.Select(static price => new BookChange(Side.Buy, price, 0)),
        .. _asks.Keys.Select(static price => new BookChange(Side.Sell, price, 0)),
    ];

    private static int? Highest(SortedDictionary<int, long> side) => side.Count == 0 ? null : side.Keys.Last();

    private static int? Lowest(SortedDictionary<int, long> side) => side.Count == 0 ? null : side.Keys.First();
}
