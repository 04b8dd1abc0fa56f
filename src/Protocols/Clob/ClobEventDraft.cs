using System.Text.Json;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>Fills a <see cref="ClobMarketEvent"/> from one JSON object, and decides at its end what it is.</summary>
internal static class ClobEventDraft
{
    internal static void Read(ref Utf8JsonReader reader, ClobMarketEvent into)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Field(ref reader, into);
        Finish(into);
    }

    // By length first: a name is compared once or twice.
    private static void Field(ref Utf8JsonReader reader, ClobMarketEvent into)
    {
        var name = JsonInput.Name(ref reader);
        reader.Read();
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("bids"u8): ClobLevels.Read(ref reader, into.Bids); break;
            case 4 when name.SequenceEqual("asks"u8): ClobLevels.Read(ref reader, into.Asks); break;
            case 4 when name.SequenceEqual("hash"u8): into.Hash = JsonInput.TryGet(ref reader, out BookHash hash) ? hash : null; break;
            case 4 when name.SequenceEqual("size"u8): into.Size = Decimal(ref reader); break;
            case 4 when name.SequenceEqual("side"u8): into.Side = Side(ref reader); break;
            case 5 when name.SequenceEqual("price"u8): into.Price = Decimal(ref reader); break;
            case 6 when name.SequenceEqual("market"u8): into.Market = JsonInput.TryGet(ref reader, out ConditionId market) ? market : null; break;
            case 7 when name.SequenceEqual("version"u8): into.IsV2 = Word(ref reader).SequenceEqual("v2"u8); break;
            case 7 when name.SequenceEqual("changes"u8): ClobChanges.Read(ref reader, into); break;
            case 8 when name.SequenceEqual("asset_id"u8): into.Token = Token(ref reader, into); break;
            case 8 when name.SequenceEqual("best_bid"u8): into.BestBid = Decimal(ref reader); break;
            case 8 when name.SequenceEqual("best_ask"u8): into.BestAsk = Decimal(ref reader); break;
            case 8 when name.SequenceEqual("neg_risk"u8): into.NegativeRisk = reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.TokenType == JsonTokenType.True : null; break;
            case 9 when name.SequenceEqual("timestamp"u8): into.Timestamp = Milliseconds(ref reader); break;
            case 9 when name.SequenceEqual("tick_size"u8): into.TickSize = Decimal(ref reader); break;
            case 10 when name.SequenceEqual("event_type"u8): into.Kind = Kind(ref reader); break;
            case 10 when name.SequenceEqual("assets_ids"u8): Tokens(ref reader, into); break;
            case 13 when name.SequenceEqual("price_changes"u8): ClobChanges.Read(ref reader, into); break;
            case 13 when name.SequenceEqual("new_tick_size"u8): into.TickSize = Decimal(ref reader); break;
            case 14 when name.SequenceEqual("min_order_size"u8): into.MinOrderSize = Decimal(ref reader); break;
            case 16 when name.SequenceEqual("last_trade_price"u8): into.LastTradePrice = Decimal(ref reader); break;
            case 16 when name.SequenceEqual("transaction_hash"u8): into.Tx = JsonInput.TryGet(ref reader, out TxHash tx) ? tx : null; break;
        }
        reader.Skip();
    }

    private static void Finish(ClobMarketEvent into)
    {
        if (into.Kind == ClobEventKind.PriceChange) ClobChanges.Complete(into);
        if (into.Problem is null && Missing(into) is { } missing) into.Problem = missing + " is missing or wrong";
        if (into.Problem is not null) into.Kind = ClobEventKind.Malformed;
    }

    private static string? Missing(ClobMarketEvent read) => read.Kind switch
    {
        ClobEventKind.Other or ClobEventKind.NewMarket or ClobEventKind.Malformed => null,
        _ when read.Market is null => "market",
        ClobEventKind.PriceChange => read.Changes.Count == 0 ? "price_changes" : null,
        ClobEventKind.Resolved => null,
        _ when read.Token is null => "asset_id",
        ClobEventKind.LastTrade => read.Price is null ? "price" : read.Size is null ? "size" : read.Side is null ? "side" : null,
        ClobEventKind.TickSize => read.TickSize is null ? "new_tick_size" : null,
        _ => null,
    };

    private static ClobEventKind Kind(ref Utf8JsonReader reader)
    {
        var word = Word(ref reader);
        return word.SequenceEqual("price_change"u8) ? ClobEventKind.PriceChange
            : word.SequenceEqual("book"u8) ? ClobEventKind.Book
            : word.SequenceEqual("last_trade_price"u8) ? ClobEventKind.LastTrade
            : word.SequenceEqual("best_bid_ask"u8) ? ClobEventKind.BestBidAsk
            : word.SequenceEqual("tick_size_change"u8) ? ClobEventKind.TickSize
            : word.SequenceEqual("new_market"u8) ? ClobEventKind.NewMarket
            : word.SequenceEqual("market_resolved"u8) ? ClobEventKind.Resolved
            : ClobEventKind.Other;
    }

    private static ReadOnlySpan<byte> Word(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? JsonInput.Name(ref reader) : default;

    private static void Tokens(ref Utf8JsonReader reader, ClobMarketEvent into)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Token(ref reader, into) is { } token) into.Tokens.Add(token);
            reader.Skip();
        }
    }

    internal static TokenId? Token(ref Utf8JsonReader reader, ClobMarketEvent into) =>
        reader.TokenType == JsonTokenType.String && into.Memo.TryParse(reader.ValueSpan, out TokenId token) ? token : null;

    /// <summary>Null also for the empty text, which stands for a price that does not exist.</summary>
    internal static WrittenDecimal? Decimal(ref Utf8JsonReader reader) => JsonInput.TryGetDecimal(ref reader, out WrittenDecimal value) ? value : null;

    internal static Side? Side(ref Utf8JsonReader reader)
    {
        var word = Word(ref reader);
        return word.SequenceEqual("BUY"u8) ? Messages.Values.Side.Buy : word.SequenceEqual("SELL"u8) ? Messages.Values.Side.Sell : null;
    }

    private static long Milliseconds(ref Utf8JsonReader reader) =>
        reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number) ? 0
        : System.Buffers.Text.Utf8Parser.TryParse(reader.ValueSpan, out long value, out var used) && used == reader.ValueSpan.Length && value >= 0 ? value : 0;
}
