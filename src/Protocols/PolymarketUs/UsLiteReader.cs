using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Reads the payload of MARKET_DATA_LITE.</summary>
internal static class UsLiteReader
{
    private static readonly UsKey Slug = new("marketSlug");
    private static readonly UsKey CurrentPx = new("currentPx");
    private static readonly UsKey LastTradePx = new("lastTradePx");
    private static readonly UsKey SettlementPx = new("settlementPx");
    private static readonly UsKey BestBid = new("bestBid");
    private static readonly UsKey BestAsk = new("bestAsk");
    private static readonly UsKey LongQuote = new("longQuote");
    private static readonly UsKey ShortQuote = new("shortQuote");
    private static readonly UsKey BidDepth = new("bidDepth");
    private static readonly UsKey AskDepth = new("askDepth");
    private static readonly UsKey BidShares = new("bidShares");
    private static readonly UsKey AskShares = new("askShares");
    private static readonly UsKey SharesTraded = new("sharesTraded");
    private static readonly UsKey OpenInterest = new("openInterest");
    private static readonly UsKey State = new("state");

    public static string? Read(ref Utf8JsonReader reader, out UsLite lite)
    {
        lite = new UsLite("");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            if (Slug.Is(name)) lite = lite with { Slug = UsValues.Name(ref UsValues.Next(ref reader)) ?? "" };
            else if (CurrentPx.Is(name)) lite = lite with { CurrentPx = UsValues.Amount(ref UsValues.Next(ref reader)) };
            else if (LastTradePx.Is(name)) lite = lite with { LastTradePx = UsValues.Amount(ref UsValues.Next(ref reader)) };
            else if (SettlementPx.Is(name)) lite = lite with { SettlementPx = UsValues.Amount(ref UsValues.Next(ref reader)) };
            else if (BestBid.Is(name)) lite = lite with { BestBid = UsValues.Amount(ref UsValues.Next(ref reader)) };
            else if (BestAsk.Is(name)) lite = lite with { BestAsk = UsValues.Amount(ref UsValues.Next(ref reader)) };
            else if (LongQuote.Is(name)) lite = lite with { LongQuote = UsValues.Amount(ref UsValues.Next(ref reader)) };
            else if (ShortQuote.Is(name)) lite = lite with { ShortQuote = UsValues.Amount(ref UsValues.Next(ref reader)) };
            else if (BidDepth.Is(name)) lite = lite with { BidDepth = UsValues.Count(ref UsValues.Next(ref reader)) };
            else if (AskDepth.Is(name)) lite = lite with { AskDepth = UsValues.Count(ref UsValues.Next(ref reader)) };
            else if (BidShares.Is(name)) lite = lite with { BidShares = UsValues.Quantity(ref UsValues.Next(ref reader)) };
            else if (AskShares.Is(name)) lite = lite with { AskShares = UsValues.Quantity(ref UsValues.Next(ref reader)) };
            else if (SharesTraded.Is(name)) lite = lite with { SharesTraded = UsValues.Quantity(ref UsValues.Next(ref reader)) };
            else if (OpenInterest.Is(name)) lite = lite with { OpenInterest = UsValues.Quantity(ref UsValues.Next(ref reader)) };
            else if (State.Is(name)) lite = lite with { State = UsValues.Enum<UsMarketState>(ref UsValues.Next(ref reader)) };
            else UsValues.Next(ref reader).Skip();
        }
        return lite.Slug.Length == 0 ? "marketDataLite.marketSlug is missing or wrong" : null;
    }
}
