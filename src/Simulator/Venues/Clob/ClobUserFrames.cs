using System.Globalization;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Clob;

// The events of the user channel as text, by the tables of the protocol page, section 2.
internal static class ClobUserFrames
{
    // The trade as this account sees it: its own part in it, whichever side that was.
    public static string Trade(ClobAccount account, Match match, string status, DateTimeOffset now)
    {
        var taker = match.Taker.Order;
        var isTaker = taker.Wallet.Address.Text == account.Wallet.Text;
        var own = string.Join(',', match.Makers.Where(maker => isTaker || maker.Order.Wallet.Address.Text == account.Wallet.Text).Select(maker => Maker(account, maker)));
        return $"{{\"event_type\":\"trade\",\"type\":\"TRADE\",\"id\":\"{Id(match)}\",\"taker_order_id\":\"{taker.Hash}\",\"market\":\"{match.Market.ConditionId}\","
            + $"\"asset_id\":\"{taker.Token.Id}\",\"side\":\"{Spelled(taker.Side)}\",\"size\":\"{ClobText.Shares(match.Taker.Shares)}\",\"price\":\"{ClobText.Price(taker.Price)}\","
            + $"\"fee_rate_bps\":\"0\",\"status\":\"{status}\",\"match_time\":\"{Seconds(match.At)}\",\"last_update\":\"{Seconds(now)}\",\"outcome\":\"{taker.Token.Label}\","
            + $"\"owner\":\"{account.ApiKey}\",\"trade_owner\":\"{account.ApiKey}\",\"maker_address\":\"{account.Wallet.Checksummed}\","
            + $"\"transaction_hash\":\"{match.TransactionHash}\",\"bucket_index\":0,\"maker_orders\":[{own}],\"trader_side\":\"{(isTaker ? "TAKER" : "MAKER")}\","
            + $"\"timestamp\":\"{ClobText.Time(now)}\"}}";
    }

    public static string Order(ClobAccount account, Order order, string type, ClobOrderState state, string? trade, DateTimeOffset now) =>
        $"{{\"event_type\":\"order\",\"type\":\"{type}\",\"id\":\"{order.Hash}\",\"owner\":\"{account.ApiKey}\",\"order_owner\":\"{account.ApiKey}\","
        + $"\"market\":\"{order.Token.Market.ConditionId}\",\"asset_id\":\"{order.Token.Id}\",\"side\":\"{Spelled(order.Side)}\",\"price\":\"{ClobText.Price(order.Price)}\","
        + $"\"original_size\":\"{ClobText.Shares(state.Original)}\",\"size_matched\":\"{ClobText.Shares(state.Matched)}\",\"outcome\":\"{order.Token.Label}\","
        + $"\"maker_address\":\"{account.Wallet.Checksummed}\",\"associate_trades\":{(trade is null ? "null" : $"[\"{trade}\"]")},\"created_at\":\"{Seconds(state.CreatedAt)}\","
        + $"\"expiration\":\"0\",\"order_type\":\"GTC\",\"status\":\"{(state.Matched < state.Original ? "LIVE" : "MATCHED")}\",\"timestamp\":\"{ClobText.Time(now)}\"}}";

    // One for the whole match: every change of its status carries it.
    public static string Id(Match match)
    {
        Span<byte> bytes = stackalloc byte[Word.Size];
        match.TransactionHash.CopyTo(bytes);
        return ClobAccounts.Uuid(bytes);
    }

    private static string Maker(ClobAccount account, Execution maker)
    {
        var order = maker.Order;
        // Another's API key is nobody's business; the venue shows some id of its owner.
        var owner = order.Wallet.Address.Text == account.Wallet.Text ? account.ApiKey : ClobAccounts.Uuid(Convert.FromHexString(order.Wallet.Address.Text.AsSpan(2)));
        return $"{{\"order_id\":\"{order.Hash}\",\"owner\":\"{owner}\",\"maker_address\":\"{order.Wallet.Address.Checksummed}\",\"matched_amount\":\"{ClobText.Shares(maker.Shares)}\","
            + $"\"price\":\"{ClobText.Price(order.Price)}\",\"fee_rate_bps\":\"0\",\"asset_id\":\"{order.Token.Id}\",\"outcome\":\"{order.Token.Label}\","
            + $"\"outcome_index\":{order.Token.Index},\"side\":\"{Spelled(order.Side)}\"}}";
    }

    private static string Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string Spelled(Side side) => side == Side.Buy ? "BUY" : "SELL";
}
