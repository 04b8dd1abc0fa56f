using System.Buffers;
using System.Security.Cryptography;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>
/// The undocumented checksum of a book: SHA-1 over compact JSON with its keys in exactly this order, and every text and the
/// order of levels as the venue sent them. Nothing is sorted or reformatted here. It is evidence, never a gate: some
/// hashes are one change late, and a trade's price is in them before the trade is told.
/// </summary>
public static class ClobBookHash
{
    [ThreadStatic] private static ArrayBufferWriter<byte>? _text;

    public static BookHash Of(ConditionId market, TokenId asset, long timestamp, ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks, BookTerms terms)
    {
        Span<byte> id = stackalloc byte[ConditionId.MaxLength];
        market.TryFormat(id, out var length);
        return Of(id[..length], asset, timestamp, bids, asks, terms);
    }

    /// <summary>With the market's id as the venue wrote it.</summary>
    public static BookHash Of(ReadOnlySpan<byte> market, TokenId asset, long timestamp, ReadOnlySpan<BookLevel> bids, ReadOnlySpan<BookLevel> asks, BookTerms terms)
    {
        var text = _text ??= new ArrayBufferWriter<byte>(8 << 10);
        text.ResetWrittenCount();
        var output = new JsonOutput(text);
        output.Raw("{\"market\":\""u8);
        output.Raw(market);
        output.Raw("\",\"asset_id\":"u8);
        output.Quoted(asset);
        output.Raw(",\"timestamp\":\""u8);
        output.Number(timestamp);
        output.Raw("\",\"hash\":\"\",\"bids\":"u8);
        ClobBookCodec.Levels(ref output, bids);
        output.Raw(",\"asks\":"u8);
        ClobBookCodec.Levels(ref output, asks);
        output.Raw(",\"min_order_size\":"u8);
        output.Quoted(terms.MinOrderSize);
        output.Raw(",\"tick_size\":"u8);
        output.Quoted(terms.TickSize);
        output.Raw(terms.NegativeRisk ? ",\"neg_risk\":true"u8 : ",\"neg_risk\":false"u8);
        output.Raw(",\"last_trade_price\":"u8);
        output.QuotedOrEmpty(terms.LastTradePrice);
        output.Raw(terms.IsV2 ? ",\"version\":\"v2\"}"u8 : "}"u8);
        output.Done();

        Span<byte> hash = stackalloc byte[BookHash.Size];
#pragma warning disable CA5350 // the venue chose it, and it protects nothing: it is compared with what the venue says
        SHA1.HashData(text.WrittenSpan, hash);
#pragma warning restore CA5350
        return BookHash.From(hash);
    }
}
