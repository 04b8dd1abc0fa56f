using System.Text;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// The events of the market channel as text, by the tables of the protocol page, section 1.7.
internal static class ClobFrames
{
    // The two keys after the levels are those of opening books only.
    public static string Book(OutcomeToken token, bool opening)
    {
        var (market, book) = (token.Market, token.Market.Book);
        var text = $"{{\"market\":\"{market.ConditionId}\",\"asset_id\":\"{token.Id}\",\"timestamp\":\"{ClobText.Time(book.ChangedAt)}\",\"hash\":\"{ClobHash.Of(token)}\","
            + $"\"bids\":{ClobText.Levels(book.Bids(token.Index))},\"asks\":{ClobText.Levels(book.Asks(token.Index))}";
        if (opening) text += $",\"tick_size\":\"{ClobText.Price(market.Tick)}\"";
        text += ",\"event_type\":\"book\"";
        if (opening) text += $",\"last_trade_price\":\"{ClobText.LastTrade(token.LastTrade)}\"";
        return text + (market.Plan.ProtocolV2 ? ",\"version\":\"v2\"}" : "}");
    }

    // Each change as both outcomes see it; or as one of them does, where the other is muted.
    public static string PriceChange(Market market, IReadOnlyList<BookChange> changes, DateTimeOffset now, Func<OutcomeToken, bool> told)
    {
        var text = new StringBuilder($"{{\"market\":\"{market.ConditionId}\",\"price_changes\":[");
        var hashes = market.Tokens.Select(ClobHash.Of).ToArray();
        var first = true;
        foreach (var change in changes)
        {
            foreach (var token in market.Tokens)
            {
                if (!told(token)) continue;
                var own = change.For(token.Index);
                if (!first) text.Append(',');
                first = false;
                text.Append($"{{\"asset_id\":\"{token.Id}\",\"price\":\"{ClobText.Price(own.Price)}\",\"size\":\"{ClobText.Size(own.Size)}\",\"side\":\"{Spelled(own.Side)}\",")
                    .Append($"\"hash\":\"{hashes[token.Index]}\",\"best_bid\":\"{ClobText.PriceOrNone(market.Book.BestBid(token.Index))}\",")
                    .Append($"\"best_ask\":\"{ClobText.PriceOrNone(market.Book.BestAsk(token.Index))}\"}}");
            }
        }
        return text.Append($"],\"timestamp\":\"{ClobText.Time(now)}\",\"event_type\":\"price_change\"}}").ToString();
    }

    public static string LastTrade(Match match, DateTimeOffset now)
    {
        var order = match.Taker.Order;
        return $"{{\"market\":\"{match.Market.ConditionId}\",\"asset_id\":\"{order.Token.Id}\",\"price\":\"{ClobText.Price(order.Price)}\","
            + $"\"size\":\"{ClobText.Shares(match.Taker.Shares)}\",\"fee_rate_bps\":\"0\",\"side\":\"{Spelled(order.Side)}\",\"timestamp\":\"{ClobText.Time(now)}\","
            + $"\"transaction_hash\":\"{match.TransactionHash}\",\"event_type\":\"last_trade_price\"}}";
    }

    public static string TickSize(OutcomeToken token, int before, DateTimeOffset now) =>
        $"{{\"market\":\"{token.Market.ConditionId}\",\"asset_id\":\"{token.Id}\",\"old_tick_size\":\"{ClobText.Price(before)}\","
        + $"\"new_tick_size\":\"{ClobText.Price(token.Market.Tick)}\",\"timestamp\":\"{ClobText.Time(now)}\",\"event_type\":\"tick_size_change\"}}";

    public static string BestBidAsk(OutcomeToken token, DateTimeOffset now)
    {
        var (bid, ask) = (token.Market.Book.BestBid(token.Index), token.Market.Book.BestAsk(token.Index));
        return $"{{\"market\":\"{token.Market.ConditionId}\",\"asset_id\":\"{token.Id}\",\"best_bid\":\"{ClobText.PriceOrNone(bid)}\",\"best_ask\":\"{ClobText.PriceOrNone(ask)}\","
            + $"\"spread\":\"{ClobText.PriceOrNone(ask - bid)}\",\"timestamp\":\"{ClobText.Time(now)}\",\"event_type\":\"best_bid_ask\"}}";
    }

    public static string Resolved(Market market, DateTimeOffset now)
    {
        var winner = market.Winner ?? market.Tokens[0];
        return $"{{\"id\":\"{5_000_000 + market.Number}\",\"market\":\"{market.ConditionId}\",\"assets_ids\":[\"{market.Tokens[0].Id}\",\"{market.Tokens[1].Id}\"],"
            + $"\"winning_asset_id\":\"{winner.Id}\",\"winning_outcome\":\"{winner.Label}\",\"event_message\":null,\"timestamp\":\"{ClobText.Time(now)}\","
            + "\"event_type\":\"market_resolved\",\"tags\":[\"Crypto\"]}";
    }

    public static string NewMarket(Market market, DateTimeOffset now)
    {
        var plan = market.Plan;
        var tokens = $"[\"{market.Tokens[0].Id}\",\"{market.Tokens[1].Id}\"]";
        return $"{{\"id\":\"{5_000_000 + market.Number}\",\"question\":\"{plan.Title}\",\"market\":\"{market.ConditionId}\",\"slug\":\"{plan.Slug}\",\"description\":\"\","
            + $"\"assets_ids\":{tokens},\"outcomes\":[\"{plan.First}\",\"{plan.Second}\"],\"event_message\":{{\"id\":\"{6_000_000 + market.Number}\",\"ticker\":\"{plan.EventSlug}\","
            + $"\"slug\":\"{plan.EventSlug}\",\"title\":\"{plan.EventTitle}\",\"description\":\"\"}},\"timestamp\":\"{ClobText.Time(now)}\",\"event_type\":\"new_market\",\"tags\":[\"Crypto\"],"
            + $"\"condition_id\":\"{market.ConditionId}\",\"active\":true,\"clob_token_ids\":{tokens},\"sports_market_type\":\"\",\"line\":\"\",\"game_start_time\":\"\","
            + $"\"order_price_min_tick_size\":\"{ClobText.Price(market.Tick)}\",\"group_item_title\":\"\",\"taker_base_fee\":\"1000\",\"fees_enabled\":{(plan.FeeRate > 0 ? "true" : "false")},"
            + "\"fee_schedule\":{\"exponent\":\"1\",\"rate\":\"0.25\",\"taker_only\":true,\"rebate_rate\":\"0\"}}";
    }

    private static string Spelled(Side side) => side == Side.Buy ? "BUY" : "SELL";
}
