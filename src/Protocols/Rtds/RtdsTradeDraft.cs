using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Rtds;

/// <summary>
/// An activity payload while it is read. The envelope names its topic only after the payload, so a payload of another
/// topic passes through here too and leaves nothing. Profile texts are never kept.
/// </summary>
internal struct RtdsTradeDraft
{
    private const int LongestText = 1024;

    // What the venue writes where it does not say which: seen as 999.
    private const int MostOutcomes = 99;

    private TokenId? _asset;
    private ConditionId? _condition;
    private WalletId? _wallet;
    private TxHash? _tx;
    private Side? _side;
    private Price? _price;
    private Quantity? _size;
    private long? _timestamp;
    private string? _slug;
    private string? _title;
    private string? _outcome;
    private string? _event;
    private int? _index;

    public void Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Field(ref reader);
        }
        reader.Skip();
    }

    public readonly string? Missing =>
        _asset is null ? "asset"
        : _wallet is null ? "proxyWallet"
        : _tx is null ? "transactionHash"
        : _side is null ? "side"
        : _price is null ? "price"
        : _size is null ? "size"
        : _timestamp is null ? "timestamp"
        : null;

    /// <summary>Only when nothing is <see cref="Missing"/>.</summary>
    public readonly Fill Fill => new()
    {
        Token = _asset.GetValueOrDefault(),
        Side = _side.GetValueOrDefault(),
        Shares = _size.GetValueOrDefault(),
        Price = _price.GetValueOrDefault(),
        Tx = _tx.GetValueOrDefault(),
        User = _wallet.GetValueOrDefault(),
        Timestamp = _timestamp.GetValueOrDefault(),
        Market = RepeatedMarkets.Shared(_asset.GetValueOrDefault(), new(_condition, _slug ?? "", _title ?? "", _outcome ?? "") { EventSlug = _event ?? "", Outcome = _index }),
    };

    // By length first: a row has about twenty keys, and half of them are of no interest.
    private void Field(ref Utf8JsonReader reader)
    {
        var name = JsonInput.Name(ref reader);
        reader.Read();
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("side"u8): _side = Side(ref reader); break;
            case 4 when name.SequenceEqual("size"u8): _size = JsonInput.TryGetDecimal(ref reader, out Quantity size) ? size : null; break;
            case 4 when name.SequenceEqual("slug"u8): _slug = Text(ref reader); break;
            case 5 when name.SequenceEqual("asset"u8): _asset = JsonInput.TryGet(ref reader, out TokenId asset) ? asset : null; break;
            case 5 when name.SequenceEqual("price"u8): _price = JsonInput.TryGetDecimal(ref reader, out Price price) ? price : null; break;
            case 5 when name.SequenceEqual("title"u8): _title = Text(ref reader); break;
            case 7 when name.SequenceEqual("outcome"u8): _outcome = Text(ref reader); break;
            case 9 when name.SequenceEqual("eventSlug"u8): _event = Text(ref reader); break;
            case 9 when name.SequenceEqual("timestamp"u8): _timestamp = JsonInput.TryGetLong(ref reader, out var seconds) && seconds >= 0 ? seconds : null; break;
            case 11 when name.SequenceEqual("conditionId"u8): _condition = JsonInput.TryGet(ref reader, out ConditionId condition) ? condition : null; break;
            case 11 when name.SequenceEqual("proxyWallet"u8): _wallet = JsonInput.TryGet(ref reader, out WalletId wallet) ? wallet : null; break;
            case 12 when name.SequenceEqual("outcomeIndex"u8): _index = JsonInput.TryGetLong(ref reader, out var index) && index is >= 0 and <= MostOutcomes ? (int)index : null; break;
            case 15 when name.SequenceEqual("transactionHash"u8): _tx = JsonInput.TryGet(ref reader, out TxHash tx) ? tx : null; break;
        }
        reader.Skip();
    }

    private static string? Text(ref Utf8JsonReader reader) => JsonInput.TryGetRepeatedText(ref reader, LongestText, out var text) ? text : null;

    private static Side? Side(ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? null
        : reader.ValueSpan.SequenceEqual("BUY"u8) ? Messages.Values.Side.Buy
        : reader.ValueSpan.SequenceEqual("SELL"u8) ? Messages.Values.Side.Sell
        : null;
}
