using System.Globalization;
using System.Text;
using Oddswire.Simulator.World;
using Oddswire.Simulator.World.Us;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// The payloads of the markets socket as text, by the tables of the protocol page, section 7.
internal static class UsMarketFrames
{
    // Each message is the whole book.
    public static byte[] Book(UsMarket market)
    {
        var text = new StringBuilder($"{{\"marketSlug\":{UsText.Text(market.Slug)},\"bids\":[");
        Levels(text, market, market.Book.Bids(0).Reverse());
        text.Append("],\"offers\":[");
        Levels(text, market, market.Book.Asks(0).Reverse());
        text.Append(CultureInfo.InvariantCulture, $"],\"state\":\"{market.State}\",\"stats\":{{\"openPx\":{UsText.Price(market, market.Opened)},\"lowPx\":{UsText.Price(market, market.Low)},\"highPx\":{UsText.Price(market, market.High)}");
        if (market.Last is { } last) text.Append(CultureInfo.InvariantCulture, $",\"lastTradePx\":{UsText.Price(market, last.Price)},\"lastTradeQty\":\"{UsText.Quantity(market, last.Quantity)}\",\"lastTradeSetTime\":\"{UsText.Time(last.At)}\"");
        text.Append(CultureInfo.InvariantCulture, $",\"sharesTraded\":\"{UsText.Quantity(market, market.SharesTraded)}\",\"openInterest\":\"{UsText.Quantity(market, market.OpenInterest)}\",\"openSetTime\":\"{UsText.Time(market.OpenedAt)}\"}}");
        text.Append(CultureInfo.InvariantCulture, $",\"transactTime\":\"{UsText.Time(market.Book.ChangedAt)}\"}}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Lite(UsMarket market)
    {
        var (bids, offers) = (market.Book.Bids(0).ToList(), market.Book.Asks(0).ToList());
        var text = new StringBuilder($"{{\"marketSlug\":{UsText.Text(market.Slug)},\"currentPx\":{UsText.Price(market, market.Last?.Price ?? market.Mid)}");
        if (market.Last is { } last) text.Append(CultureInfo.InvariantCulture, $",\"lastTradePx\":{UsText.Price(market, last.Price)}");
        if (market.Book.BestBid(0) is { } bid) text.Append(CultureInfo.InvariantCulture, $",\"bestBid\":{UsText.Price(market, bid)}");
        if (market.Book.BestAsk(0) is { } ask) text.Append(CultureInfo.InvariantCulture, $",\"bestAsk\":{UsText.Price(market, ask)}");
        text.Append(CultureInfo.InvariantCulture, $",\"bidDepth\":{bids.Count},\"askDepth\":{offers.Count},\"sharesTraded\":\"{UsText.Quantity(market, market.SharesTraded)}\"");
        text.Append(CultureInfo.InvariantCulture, $",\"openInterest\":\"{UsText.Quantity(market, market.OpenInterest)}\",\"state\":\"{market.State}\",\"bidShares\":\"{TwoFigures(bids)}\",\"askShares\":\"{TwoFigures(offers)}\"}}");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // The quantity is in contracts, whatever the currency beside it says.
    public static byte[] Trade(UsPrint print)
    {
        var market = print.Market;
        var (maker, taker) = print.TakerBuys ? ("SELL", "BUY") : ("BUY", "SELL");
        return Encoding.UTF8.GetBytes(
            $"{{\"marketSlug\":{UsText.Text(market.Slug)},\"price\":{UsText.Price(market, print.Price)},\"quantity\":{UsText.Amount(UsText.Quantity(market, print.Quantity))},\"tradeTime\":\"{UsText.Time(print.At)}\","
            + $"\"maker\":{{\"side\":\"ORDER_SIDE_{maker}\",\"intent\":\"ORDER_INTENT_UNDEFINED\",\"outcomeSide\":\"OUTCOME_SIDE_UNSPECIFIED\",\"action\":\"ORDER_ACTION_UNSPECIFIED\"}},"
            + $"\"taker\":{{\"side\":\"ORDER_SIDE_{taker}\",\"intent\":\"ORDER_INTENT_{taker}_LONG\",\"outcomeSide\":\"OUTCOME_SIDE_YES\",\"action\":\"ORDER_ACTION_{taker}\"}},"
            + $"\"id\":\"{print.Id}\",\"state\":\"TRADE_STATE_NEW\"}}");
    }

    private static void Levels(StringBuilder text, UsMarket market, IEnumerable<RestingLevel> levels)
    {
        var first = true;
        foreach (var level in levels)
        {
            if (!first) text.Append(',');
            first = false;
            text.Append(CultureInfo.InvariantCulture, $"{{\"px\":{UsText.Price(market, level.Price)},\"qty\":\"{UsText.Quantity(market, level.Size)}\"}}");
        }
    }

    // As the venue rounds the sum of a side.
    private static string TwoFigures(List<RestingLevel> levels)
    {
        var shares = levels.Sum(static level => level.Size) / 100;
        var unit = 1L;
        while (shares / unit >= 100) unit *= 10;
        return (((shares + (unit / 2)) / unit) * unit).ToString(CultureInfo.InvariantCulture);
    }
}
