using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Dome;

// The 16 fields of an order event. Of a market that the catalog does not know yet the texts are blank, as Dome had it.
internal static class DomeEvent
{
    public static void Write(Utf8JsonWriter json, Fill fill, DateTimeOffset now)
    {
        var (settlement, execution) = (fill.Settlement, fill.Execution);
        var (order, market) = (execution.Order, settlement.Match.Market);
        var listed = market.ListedAt <= now;
        json.WriteStartObject();
        json.WriteString("token_id"u8, order.Token.Id);
        json.WriteString("token_label"u8, listed ? order.Token.Label : "");
        json.WriteString("side"u8, order.Side == Side.Buy ? "BUY"u8 : "SELL"u8);
        json.WriteString("market_slug"u8, listed ? market.Plan.Slug : "");
        json.WriteString("condition_id"u8, listed ? market.ConditionId : "");
        json.WriteNumber("shares"u8, execution.Shares);
        json.WriteMicro("shares_normalized"u8, execution.Shares);
        json.WriteMicro("price"u8, JsonNumbers.Price(execution.Shares, execution.Collateral));
        json.WriteNumber("block_number"u8, settlement.Block.Number);
        json.WriteNumber("log_index"u8, fill.LogIndex);
        json.WriteHex("tx_hash"u8, settlement.Match.TransactionHash);
        json.WriteString("title"u8, listed ? market.Plan.Title : "");
        json.WriteNumber("timestamp"u8, settlement.Block.At.ToUnixTimeSeconds());
        json.WriteHex("order_hash"u8, order.Hash);
        json.WriteString("user"u8, order.Wallet.Address.Text);
        json.WriteString("taker"u8, execution.Counterparty.Text);
        json.WriteEndObject();
    }
}
