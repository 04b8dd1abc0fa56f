using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Polygon;

// A log as the chain has it: contract, topics and data words, built from a match by the tables of the protocol page.
internal sealed class LogEntry
{
    private static readonly Word OrderFilledV1 = Topic("0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6");
    private static readonly Word OrdersMatchedV1 = Topic("0x63bf4d16b7fa898ef4c4b2b6d90fd201e9c56313b65638af6088d149d2ce956c");
    private static readonly Word OrderFilledV2 = Topic("0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee");
    private static readonly Word OrdersMatchedV2 = Topic("0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c");
    private static readonly Word FeeCharged = Topic("0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1");

    // Where the fees go; any account does.
    private static readonly Address FeeReceiver = Address.Parse("0x00000000000000000000000000000000000fee01");

    private readonly Settlement _settlement;
    private readonly int _index;
    private readonly Word[] _data;

    private LogEntry(Settlement settlement, int index, Word[] topics, Word[] data)
    {
        _settlement = settlement;
        _index = index;
        Topics = topics;
        _data = data;
    }

    public Address Address => _settlement.Match.Market.Plan.Exchange.Address;

    public Word[] Topics { get; }

    public static LogEntry Of(Settlement settlement, ChainLog log)
    {
        var v1 = settlement.Match.Market.Plan.Exchange.Form == LogForm.V1;
        var (taker, index) = (settlement.Match.Taker, log.Index);
        return log.Kind switch
        {
            LogKind.OrderFilled => v1 ? FilledV1(settlement, index, log.Fill!.Execution) : FilledV2(settlement, index, log.Fill!.Execution),
            LogKind.FeeCharged => new LogEntry(settlement, index, [FeeCharged, FeeReceiver.Topic], [Word.Of(taker.Fee)]),
            _ => new LogEntry(settlement, index, [v1 ? OrdersMatchedV1 : OrdersMatchedV2, taker.Order.Hash, taker.Order.Wallet.Address.Topic], v1 ? AmountsV1(taker) : AmountsV2(taker)),
        };
    }

    public void Write(Utf8JsonWriter json, bool removed)
    {
        json.WriteStartObject();
        json.WriteString("address"u8, Address.Text);
        json.WriteStartArray("topics"u8);
        foreach (var topic in Topics) json.WriteHexValue(topic);
        json.WriteEndArray();
        json.WritePropertyName("data"u8);
        Span<byte> data = stackalloc byte[_data.Length * Word.Size];
        for (var i = 0; i < _data.Length; i++) _data[i].CopyTo(data[(i * Word.Size)..]);
        json.WriteHexValue(data);
        json.WriteHex("blockNumber"u8, _settlement.Block.Number);
        json.WriteHex("transactionHash"u8, _settlement.Match.TransactionHash);
        json.WriteHex("transactionIndex"u8, _settlement.TransactionIndex);
        json.WriteHex("blockHash"u8, _settlement.Block.Hash);
        json.WriteHex("logIndex"u8, _index);
        json.WriteBoolean("removed"u8, removed);
        json.WriteEndObject();
    }

    private static LogEntry FilledV2(Settlement settlement, int index, Execution execution)
    {
        var order = execution.Order;
        // Some orders come through a builder, whose code the log carries; metadata is unused so far.
        var builder = order.Hash.B % 4 == 0 ? new Word(order.Wallet.Address.Topic.D, 0, 0, 0) : default;
        return new LogEntry(settlement, index, [OrderFilledV2, .. Parties(execution)], [.. AmountsV2(execution), Word.Of(execution.Fee), builder, default]);
    }

    private static LogEntry FilledV1(Settlement settlement, int index, Execution execution)
    {
        // The old form takes its fee in the asset that the order receives: shares on a buy.
        var fee = execution.Order.Side == Side.Buy && execution.Fee > 0 ? execution.Fee * execution.Shares / execution.Collateral : execution.Fee;
        return new LogEntry(settlement, index, [OrderFilledV1, .. Parties(execution)], [.. AmountsV1(execution), Word.Of(fee)]);
    }

    private static Word[] Parties(Execution execution) =>
        [execution.Order.Hash, execution.Order.Wallet.Address.Topic, execution.Counterparty.Topic];

    // A buyer's order makes collateral and takes shares, a seller's the other way round.
    private static Word[] AmountsV2(Execution execution) => execution.Order.Side == Side.Buy
        ? [Word.Of(0), execution.Order.Token.Word, Word.Of(execution.Collateral), Word.Of(execution.Shares)]
        : [Word.Of(1), execution.Order.Token.Word, Word.Of(execution.Shares), Word.Of(execution.Collateral)];

    // Asset 0 is the collateral.
    private static Word[] AmountsV1(Execution execution) => execution.Order.Side == Side.Buy
        ? [Word.Of(0), execution.Order.Token.Word, Word.Of(execution.Collateral), Word.Of(execution.Shares)]
        : [execution.Order.Token.Word, Word.Of(0), Word.Of(execution.Shares), Word.Of(execution.Collateral)];

    private static Word Topic(string text) => Word.TryParse(text, out var word) ? word : throw new ArgumentException("no 32-byte word", nameof(text));
}
