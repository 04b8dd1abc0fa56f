using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// /v1/ws/markets: full books, their tops, and trades.
internal sealed class UsMarketsVenue(Agenda agenda, VenueFaults faults, IReadOnlyList<UsKey> keys, UsRules rules, Func<UsExchange> exchange)
    : UsVenue("us-markets", "/v1/ws/markets", faults, agenda, keys)
{
    private static readonly string[] Payloads = ["marketData", "marketDataLite", "trade"];

    // What was told last of each market's top: the book moves more often.
    private readonly Dictionary<UsMarket, byte[]> _tops = [];

    public override IReadOnlyList<string> Topics => [.. Payloads, .. exchange().Markets.Select(static market => market.Slug)];

    public IReadOnlyList<UsMarket> Markets => exchange().Markets;

    public UsMarket? Market(string slug) => exchange().Market(slug);

    public byte[] Top(UsMarket market) => _tops[market] = UsMarketFrames.Lite(market);

    public bool Debounces(Connection connection) => Faults.Any && Faults.On(FaultKind.Debounce, connection.Id) is not null;

    public void Changed(UsMarket market)
    {
        if (Connections.Count == 0) return;
        var (before, book) = (_tops.GetValueOrDefault(market), new Lazy<byte[]>(() => UsMarketFrames.Book(market)));
        var top = Top(market);
        var moved = !top.AsSpan().SequenceEqual(before);
        foreach (var connection in Connections.Cast<UsMarketsConnection>())
        {
            connection.BookChanged(market, book);
            if (moved) connection.TopChanged(market, top);
        }
    }

    public void Traded(UsPrint print)
    {
        if (Connections.Count == 0) return;
        var trade = UsMarketFrames.Trade(print);
        foreach (var connection in Connections.Cast<UsMarketsConnection>()) connection.Traded(print.Market, trade);
    }

    protected override Connection Accept(int id, FaultLine line, Dial dial) => new UsMarketsConnection(id, line, this, Agenda, rules);
}
