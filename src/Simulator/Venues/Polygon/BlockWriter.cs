using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Polygon;

// Block headers and receipts, in the fields of a node; what the world does not have (state, gas) is plausible filling.
internal static class BlockWriter
{
    private static readonly string Zero = "0x" + new string('0', 64);
    private static readonly string NoBloom = "0x" + new string('0', 512);

    public static void WriteHeader(Utf8JsonWriter json, Block block)
    {
        json.WriteStartObject();
        WriteHeaderFields(json, block);
        json.WriteEndObject();
    }

    public static void WriteBlock(Utf8JsonWriter json, Block block, bool full)
    {
        json.WriteStartObject();
        WriteHeaderFields(json, block);
        json.WriteStartArray("transactions"u8);
        foreach (var settlement in block.Settlements)
        {
            if (full) WriteTransaction(json, settlement);
            else json.WriteHexValue(settlement.Match.TransactionHash);
        }
        json.WriteEndArray();
        json.WriteStartArray("uncles"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteReceipt(Utf8JsonWriter json, Settlement settlement)
    {
        json.WriteStartObject();
        WritePlace(json, settlement);
        json.WriteHex("transactionHash"u8, settlement.Match.TransactionHash);
        json.WriteString("from"u8, settlement.Match.Taker.Order.Wallet.Address.Text);
        json.WriteString("to"u8, settlement.Match.Market.Plan.Exchange.Address.Text);
        json.WriteNull("contractAddress"u8);
        json.WriteString("status"u8, "0x1"u8);
        json.WriteString("type"u8, "0x2"u8);
        json.WriteHex("gasUsed"u8, 150_000 + (60_000 * settlement.Match.Fills));
        json.WriteHex("cumulativeGasUsed"u8, 350_000L * (settlement.TransactionIndex + 1));
        json.WriteString("effectiveGasPrice"u8, "0x6fc23ac00"u8);
        json.WriteString("logsBloom"u8, NoBloom);
        json.WriteStartArray("logs"u8);
        foreach (var log in settlement.Logs) LogEntry.Of(settlement, log).Write(json, removed: false);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTransaction(Utf8JsonWriter json, Settlement settlement)
    {
        json.WriteStartObject();
        WritePlace(json, settlement);
        json.WriteHex("hash"u8, settlement.Match.TransactionHash);
        json.WriteString("from"u8, settlement.Match.Taker.Order.Wallet.Address.Text);
        json.WriteString("to"u8, settlement.Match.Market.Plan.Exchange.Address.Text);
        // The selector of matchOrders; the arguments are left out.
        json.WriteString("input"u8, "0x3c2b4399"u8);
        json.WriteString("value"u8, "0x0"u8);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, Settlement settlement)
    {
        json.WriteHex("blockHash"u8, settlement.Block.Hash);
        json.WriteHex("blockNumber"u8, settlement.Block.Number);
        json.WriteHex("transactionIndex"u8, settlement.TransactionIndex);
    }

    private static void WriteHeaderFields(Utf8JsonWriter json, Block block)
    {
        json.WriteHex("number"u8, block.Number);
        json.WriteHex("hash"u8, block.Hash);
        json.WriteHex("parentHash"u8, block.Parent);
        json.WriteHex("timestamp"u8, block.At.ToUnixTimeSeconds());
        json.WriteString("nonce"u8, "0x0000000000000000"u8);
        json.WriteString("sha3Uncles"u8, "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"u8);
        json.WriteString("logsBloom"u8, NoBloom);
        json.WriteString("transactionsRoot"u8, Zero);
        json.WriteString("stateRoot"u8, Zero);
        json.WriteString("receiptsRoot"u8, Zero);
        json.WriteString("miner"u8, "0x0000000000000000000000000000000000000000"u8);
        json.WriteString("difficulty"u8, "0x1"u8);
        json.WriteString("extraData"u8, "0x"u8);
        json.WriteString("size"u8, "0x400"u8);
        json.WriteString("gasLimit"u8, "0x2aea540"u8);
        json.WriteHex("gasUsed"u8, 350_000L * block.Settlements.Length);
        json.WriteString("mixHash"u8, Zero);
        json.WriteString("baseFeePerGas"u8, "0x5d21dba00"u8);
    }
}
