using System.Buffers;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Writes the payloads of the markets socket, in the venue's order of fields. What is missing is left out, never null.</summary>
public static class UsMarketWriter
{
    public static ReadOnlySpan<byte> BookKey => "marketData"u8;

    public static ReadOnlySpan<byte> LiteKey => "marketDataLite"u8;

    public static ReadOnlySpan<byte> TradeKey => "trade"u8;

    public static void Encode(UsBook book, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        output.Raw("{\"marketSlug\":"u8);
        output.Text(book.Slug);
        output.Raw(",\"bids\":["u8);
        Levels(ref output, book.Bids);
        output.Raw("],\"offers\":["u8);
        Levels(ref output, book.Offers);
        output.Raw("]"u8);
        if (book.State != UsMarketState.Unspecified) Named(ref output, ",\"state\":\""u8, UsName<UsMarketState>.Of(book.State));
        if (book.HasStats) Stats(ref output, book.Stats);
        if (book.TransactTime is { } time)
        {
            output.Raw(",\"transactTime\":"u8);
            output.Quoted(time);
        }
        output.Raw("}"u8);
        output.Done();
    }

    public static void Encode(in UsLite lite, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        output.Raw("{\"marketSlug\":"u8);
        output.Text(lite.Slug);
        Amount(ref output, ",\"currentPx\":"u8, lite.CurrentPx);
        Amount(ref output, ",\"lastTradePx\":"u8, lite.LastTradePx);
        Amount(ref output, ",\"bestBid\":"u8, lite.BestBid);
        Amount(ref output, ",\"bestAsk\":"u8, lite.BestAsk);
        Count(ref output, ",\"bidDepth\":"u8, lite.BidDepth);
        Count(ref output, ",\"askDepth\":"u8, lite.AskDepth);
        Quantity(ref output, ",\"sharesTraded\":"u8, lite.SharesTraded);
        Quantity(ref output, ",\"openInterest\":"u8, lite.OpenInterest);
        Amount(ref output, ",\"settlementPx\":"u8, lite.SettlementPx);
        Amount(ref output, ",\"longQuote\":"u8, lite.LongQuote);
        Amount(ref output, ",\"shortQuote\":"u8, lite.ShortQuote);
        if (lite.State is { } state) Named(ref output, ",\"state\":\""u8, UsName<UsMarketState>.Of(state));
        Quantity(ref output, ",\"bidShares\":"u8, lite.BidShares);
        Quantity(ref output, ",\"askShares\":"u8, lite.AskShares);
        output.Raw("}"u8);
        output.Done();
    }

    public static void Encode(in UsTrade trade, IBufferWriter<byte> payload)
    {
        var output = new JsonOutput(payload);
        output.Raw("{\"marketSlug\":"u8);
        output.Text(trade.Slug);
        Amount(ref output, ",\"price\":"u8, trade.Price);
        Amount(ref output, ",\"quantity\":"u8, trade.Quantity);
        output.Raw(",\"tradeTime\":"u8);
        output.Quoted(trade.Time);
        Party(ref output, ",\"maker\":"u8, trade.Maker);
        Party(ref output, ",\"taker\":"u8, trade.Taker);
        if (trade.Id is { } id)
        {
            output.Raw(",\"id\":"u8);
            output.Text(id);
        }
        if (trade.State is { } state) Named(ref output, ",\"state\":\""u8, UsName<UsTradeState>.Of(state));
        output.Raw("}"u8);
        output.Done();
    }

    private static void Levels(ref JsonOutput output, List<BookLevel> levels)
    {
        for (var i = 0; i < levels.Count; i++)
        {
            Amount(ref output, i == 0 ? "{\"px\":"u8 : ",{\"px\":"u8, levels[i].Price);
            Quantity(ref output, ",\"qty\":"u8, levels[i].Size);
            output.Raw("}"u8);
        }
    }

    private static void Stats(ref JsonOutput output, UsStats stats)
    {
        var first = true;
        output.Raw(",\"stats\":{"u8);
        foreach (var stat in Enum.GetValues<UsStatAmount>())
        {
            if (stats[stat] is not { } amount) continue;
            Key(ref output, UsStatsReader.Amounts[(int)stat], ref first);
            Amount(ref output, ""u8, amount);
        }
        foreach (var stat in Enum.GetValues<UsStatQuantity>())
        {
            if (stats[stat] is not { } quantity) continue;
            Key(ref output, UsStatsReader.Quantities[(int)stat], ref first);
            output.Quoted(quantity);
        }
        if (stats.SettlementPreliminary is { } preliminary)
        {
            Key(ref output, UsStatsReader.Preliminary, ref first);
            output.Raw(preliminary ? "true"u8 : "false"u8);
        }
        foreach (var stat in Enum.GetValues<UsStatTime>())
        {
            if (stats[stat] is not { } time) continue;
            Key(ref output, UsStatsReader.Times[(int)stat], ref first);
            output.Quoted(time);
        }
        Text(ref output, UsStatsReader.Method, stats.SettlementMethod, ref first);
        Text(ref output, UsStatsReader.Text, stats.SettlementText, ref first);
        output.Raw("}"u8);
    }

    private static void Key(ref JsonOutput output, UsKey key, ref bool first)
    {
        output.Raw(first ? "\""u8 : ",\""u8);
        output.Raw(key.In(UsSpelling.Camel));
        output.Raw("\":"u8);
        first = false;
    }

    private static void Text(ref JsonOutput output, UsKey key, string? text, ref bool first)
    {
        if (text is null) return;
        Key(ref output, key, ref first);
        output.Text(text);
    }

    private static void Party(ref JsonOutput output, ReadOnlySpan<byte> key, UsParty? party)
    {
        if (party is not { } known) return;
        output.Raw(key);
        Named(ref output, "{\"side\":\""u8, UsName<UsOrderSide>.Of(known.Side));
        Named(ref output, ",\"intent\":\""u8, UsName<UsOrderIntent>.Of(known.Intent));
        if (known.OutcomeSide is { } outcome) Named(ref output, ",\"outcomeSide\":\""u8, UsName<UsOutcomeSide>.Of(outcome));
        if (known.Action is { } action) Named(ref output, ",\"action\":\""u8, UsName<UsOrderAction>.Of(action));
        output.Raw("}"u8);
    }

    private static void Amount(ref JsonOutput output, ReadOnlySpan<byte> key, WrittenDecimal? amount)
    {
        if (amount is not { } known) return;
        output.Raw(key);
        output.Raw("{\"value\":"u8);
        output.Quoted(known);
        output.Raw(",\"currency\":\"USD\"}"u8);
    }

    private static void Quantity(ref JsonOutput output, ReadOnlySpan<byte> key, WrittenDecimal? quantity)
    {
        if (quantity is not { } known) return;
        output.Raw(key);
        output.Quoted(known);
    }

    private static void Count(ref JsonOutput output, ReadOnlySpan<byte> key, int? count)
    {
        if (count is not { } known) return;
        output.Raw(key);
        output.Number(known);
    }

    private static void Named(ref JsonOutput output, ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        output.Raw(key);
        output.Raw(name);
        output.Raw("\""u8);
    }
}
