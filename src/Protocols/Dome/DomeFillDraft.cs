using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>The `data` object of an event while it is read. Market texts and chain fields may be missing, null or "".</summary>
internal struct DomeFillDraft
{
    private const int LongestText = 1024;
    private TokenId? _token;
    private Side? _side;
    private Quantity? _shares;
    private Price? _price;
    private TxHash? _tx;
    private WalletId? _user;
    private long? _timestamp;
    private long? _block;
    private long? _logIndex;
    private OrderHash? _order;
    private WalletId? _taker;
    private ConditionId? _condition;
    private string? _slug;
    private string? _title;
    private string? _label;

    /// <summary>Reads the value at the reader to its end. Null, with the first missing field in <see cref="Missing"/>, when it is no fill.</summary>
    public Fill? Decode(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Field(ref reader);
        }
        reader.Skip();
        if (Missing is not null) return null;
        return new()
        {
            Token = _token.GetValueOrDefault(),
            Side = _side.GetValueOrDefault(),
            Shares = _shares.GetValueOrDefault(),
            Price = _price.GetValueOrDefault(),
            Tx = _tx.GetValueOrDefault(),
            User = _user.GetValueOrDefault(),
            Timestamp = _timestamp.GetValueOrDefault(),
            Block = _block,
            LogIndex = (int?)_logIndex,
            Order = _order,
            Taker = _taker,
            Market = RepeatedMarkets.Shared(_token.GetValueOrDefault(), new(_condition, _slug ?? "", _title ?? "", _label ?? "")),
        };
    }

    public readonly string? Missing =>
        _token is null ? "data.token_id"
        : _side is null ? "data.side"
        : _shares is null ? "data.shares"
        : _price is null ? "data.price"
        : _tx is null ? "data.tx_hash"
        : _user is null ? "data.user"
        : _timestamp is null ? "data.timestamp"
        : null;

    // By length first: most of a frame's names are decided by it.
    private void Field(ref Utf8JsonReader reader)
    {
        var name = JsonInput.Name(ref reader);
        reader.Read();
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("side"u8): _side = DomeSide(ref reader); break;
            case 4 when name.SequenceEqual("user"u8): _user = Value<WalletId>(ref reader); break;
            case 5 when name.SequenceEqual("price"u8): _price = JsonInput.TryGetDecimal(ref reader, out Price price) ? price : null; break;
            case 5 when name.SequenceEqual("taker"u8): _taker = Value<WalletId>(ref reader); break;
            case 5 when name.SequenceEqual("title"u8): _title = Text(ref reader); break;
            case 6 when name.SequenceEqual("shares"u8): _shares = Number(ref reader, long.MaxValue) is { } micros ? new Quantity(micros) : null; break;
            case 7 when name.SequenceEqual("tx_hash"u8): _tx = Value<TxHash>(ref reader); break;
            case 8 when name.SequenceEqual("token_id"u8): _token = Value<TokenId>(ref reader); break;
            case 9 when name.SequenceEqual("log_index"u8): _logIndex = Number(ref reader, int.MaxValue); break;
            case 9 when name.SequenceEqual("timestamp"u8): _timestamp = Number(ref reader, long.MaxValue); break;
            case 10 when name.SequenceEqual("order_hash"u8): _order = Value<OrderHash>(ref reader); break;
            case 11 when name.SequenceEqual("market_slug"u8): _slug = Text(ref reader); break;
            case 11 when name.SequenceEqual("token_label"u8): _label = Text(ref reader); break;
            case 12 when name.SequenceEqual("block_number"u8): _block = Number(ref reader, long.MaxValue); break;
            case 12 when name.SequenceEqual("condition_id"u8): _condition = Value<ConditionId>(ref reader); break;
        }
        reader.Skip();
    }

    private static T? Value<T>(ref Utf8JsonReader reader) where T : struct, IWireText<T> => JsonInput.TryGet(ref reader, out T value) ? value : null;

    private static string? Text(ref Utf8JsonReader reader) => JsonInput.TryGetRepeatedText(ref reader, LongestText, out var text) ? text : null;

    private static long? Number(ref Utf8JsonReader reader, long most) => JsonInput.TryGetLong(ref reader, out var number) && number >= 0 && number <= most ? number : null;

    private static Side? DomeSide(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) return null;
        var name = JsonInput.Name(ref reader);
        return name.SequenceEqual("BUY"u8) ? Side.Buy : name.SequenceEqual("SELL"u8) ? Side.Sell : null;
    }
}
