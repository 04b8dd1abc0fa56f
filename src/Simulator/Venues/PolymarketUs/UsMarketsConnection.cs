using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// A client of /v1/ws/markets. Slugs that nobody knows are accepted, and there is never a word about them.
internal sealed class UsMarketsConnection(int id, FaultLine line, UsMarketsVenue venue, Agenda agenda, UsRules rules)
    : UsConnection(id, line, agenda, rules, ["MARKET_DATA", "MARKET_DATA_LITE", "TRADE"])
{
    // From the venue's own volume: 4.7 messages a second of a live game, about one when debounced.
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(1);

    public void BookChanged(UsMarket market, Lazy<byte[]> book)
    {
        foreach (var subscription in Wanting("MARKET_DATA", market))
        {
            if (subscription.Debounced || venue.Debounces(this)) Later(subscription, market, book);
            else Push(subscription, "marketData", market.Slug, book.Value);
        }
    }

    public void TopChanged(UsMarket market, byte[] top)
    {
        foreach (var subscription in Wanting("MARKET_DATA_LITE", market)) Push(subscription, "marketDataLite", market.Slug, top);
    }

    public void Traded(UsMarket market, byte[] trade)
    {
        foreach (var subscription in Wanting("TRADE", market)) Push(subscription, "trade", market.Slug, trade);
    }

    // Trades of before are not told again.
    protected override void Begin(UsSubscription subscription)
    {
        var markets = subscription.Slugs.Count == 0 ? venue.Markets : [.. subscription.Slugs.Select(venue.Market).OfType<UsMarket>()];
        foreach (var market in markets)
        {
            subscription.Told(market.Slug, Agenda.Now);
            if (subscription.Type == "MARKET_DATA") Push(subscription, "marketData", market.Slug, UsMarketFrames.Book(market));
            else if (subscription.Type == "MARKET_DATA_LITE") Push(subscription, "marketDataLite", market.Slug, venue.Top(market));
        }
    }

    private IEnumerable<UsSubscription> Wanting(string type, UsMarket market) =>
        Subscriptions.Where(subscription => subscription.Live && subscription.Type == type && subscription.Wants(market.Slug));

    // The newest book is all that counts: it is written when its time has come.
    private void Later(UsSubscription subscription, UsMarket market, Lazy<byte[]> book)
    {
        if (subscription.Debounce(market.Slug, Agenda.Now, Debounce) is not { } at) return;
        if (at == Agenda.Now) Tell(book.Value);
        else Agenda.At(at, () =>
        {
            if (Has(subscription)) Tell(UsMarketFrames.Book(market));
        });

        void Tell(byte[] payload)
        {
            subscription.Told(market.Slug, Agenda.Now);
            Push(subscription, "marketData", market.Slug, payload);
        }
    }
}
