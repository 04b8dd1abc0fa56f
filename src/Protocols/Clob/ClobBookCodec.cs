using System.Buffers;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>A whole book as it is written to a client. Levels go out in the order given: bids and asks each from worst to best.</summary>
public static class ClobBookCodec
{
    /// <summary>The frame that answers a subscription: one array, ended by a line feed, also when it is empty.</summary>
    public static void EncodeSnapshot(ReadOnlySpan<ClobBook> books, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("["u8);
        for (var i = 0; i < books.Length; i++)
        {
            if (i > 0) output.Raw(","u8);
            Book(ref output, books[i], opening: true);
        }
        output.Raw("]\n"u8);
        output.Done();
    }

    /// <summary>One element of that array.</summary>
    public static void EncodeOpening(ClobBook book, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        Book(ref output, book, opening: true);
        output.Done();
    }

    /// <summary>Some changes of a frame, where not all of it is to be told.</summary>
    public static void EncodeChanges(ConditionId market, long timestamp, ReadOnlySpan<BookChange> changes, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"market\":"u8);
        output.Quoted(market);
        output.Raw(",\"price_changes\":["u8);
        for (var i = 0; i < changes.Length; i++)
        {
            output.Raw(i == 0 ? "{\"asset_id\":"u8 : ",{\"asset_id\":"u8);
            output.Quoted(changes[i].Token);
            output.Raw(",\"price\":"u8);
            output.Quoted(changes[i].Level.Price);
            output.Raw(",\"size\":"u8);
            output.Quoted(changes[i].Level.Size);
            output.Raw(changes[i].Side == Side.Buy ? ",\"side\":\"BUY\",\"hash\":"u8 : ",\"side\":\"SELL\",\"hash\":"u8);
            output.QuotedOrEmpty(changes[i].Hash);
            output.Raw(",\"best_bid\":"u8);
            output.QuotedOrEmpty(changes[i].BestBid);
            output.Raw(",\"best_ask\":"u8);
            output.QuotedOrEmpty(changes[i].BestAsk);
            output.Raw("}"u8);
        }
        output.Raw("],\"timestamp\":\""u8);
        output.Number(timestamp);
        output.Raw("\",\"event_type\":\"price_change\"}"u8);
        output.Done();
    }

    /// <summary>A book in mid-stream: one object, without the two keys that only opening books have.</summary>
    public static void EncodeBook(ClobBook book, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        Book(ref output, book, opening: false);
        output.Done();
    }

    private static void Book(ref JsonOutput output, ClobBook book, bool opening)
    {
        output.Raw("{\"market\":"u8);
        output.Quoted(book.Market);
        output.Raw(",\"asset_id\":"u8);
        output.Quoted(book.Token);
        output.Raw(",\"timestamp\":\""u8);
        output.Number(book.Timestamp);
        output.Raw("\",\"hash\":"u8);
        output.QuotedOrEmpty(book.Hash);
        output.Raw(",\"bids\":"u8);
        Levels(ref output, book.Bids.Span);
        output.Raw(",\"asks\":"u8);
        Levels(ref output, book.Asks.Span);
        if (opening)
        {
            output.Raw(",\"tick_size\":"u8);
            output.QuotedOrEmpty(book.TickSize);
        }
        output.Raw(",\"event_type\":\"book\""u8);
        if (opening)
        {
            output.Raw(",\"last_trade_price\":"u8);
            output.QuotedOrEmpty(book.LastTradePrice);
        }
        output.Raw(book.IsV2 ? ",\"version\":\"v2\"}"u8 : "}"u8);
    }

    internal static void Levels(ref JsonOutput output, ReadOnlySpan<BookLevel> levels)
    {
        output.Raw("["u8);
        for (var i = 0; i < levels.Length; i++)
        {
            output.Raw(i == 0 ? "{\"price\":"u8 : ",{\"price\":"u8);
            output.Quoted(levels[i].Price);
            output.Raw(",\"size\":"u8);
            output.Quoted(levels[i].Size);
            output.Raw("}"u8);
        }
        output.Raw("]"u8);
    }
}

/// <summary>A book as it stands, lent for the time of writing.</summary>
public readonly record struct ClobBook(ConditionId Market, TokenId Token, long Timestamp, BookHash? Hash, ReadOnlyMemory<BookLevel> Bids, ReadOnlyMemory<BookLevel> Asks)
{
    public WrittenDecimal? TickSize { get; init; }
    public WrittenDecimal? LastTradePrice { get; init; }
    public bool IsV2 { get; init; }
}
