using System.Text.Json;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Reads the payload of MARKET_DATA into the frame's book. A level that cannot be read spoils the book: nothing would tell that it is missing.</summary>
internal static class UsBookReader
{
    private static readonly UsKey Slug = new("marketSlug");
    private static readonly UsKey Bids = new("bids");
    private static readonly UsKey Offers = new("offers");
    private static readonly UsKey State = new("state");
    private static readonly UsKey Stats = new("stats");
    private static readonly UsKey TransactTime = new("transactTime");
    private static readonly UsKey Px = new("px");
    private static readonly UsKey Qty = new("qty");

    /// <summary>What is wrong; null when all is well.</summary>
    public static string? Read(ref Utf8JsonReader reader, UsBook into)
    {
        string? problem = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            if (Slug.Is(name)) into.Slug = UsValues.Name(ref UsValues.Next(ref reader)) ?? "";
            else if (Bids.Is(name)) problem = Levels(ref UsValues.Next(ref reader), into.Bids, "bids") ?? problem;
            else if (Offers.Is(name)) problem = Levels(ref UsValues.Next(ref reader), into.Offers, "offers") ?? problem;
            else if (State.Is(name)) into.State = UsValues.Enum<UsMarketState>(ref UsValues.Next(ref reader));
            else if (Stats.Is(name)) into.HasStats = UsStatsReader.Read(ref UsValues.Next(ref reader), into.Stats);
            else if (TransactTime.Is(name)) into.TransactTime = UsValues.Time(ref UsValues.Next(ref reader));
            else UsValues.Next(ref reader).Skip();
        }
        return problem ?? (into.Slug.Length == 0 ? "marketData.marketSlug is missing or wrong" : null);
    }

    private static string? Levels(ref Utf8JsonReader reader, List<BookLevel> into, string side)
    {
        into.Clear();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var none = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            return none ? null : $"marketData.{side} is no array";
        }
        string? problem = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Level(ref reader) is { } level) into.Add(level);
            else problem ??= $"marketData.{side}[{into.Count}] is no level";
        }
        return problem;
    }

    private static BookLevel? Level(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        WrittenDecimal? price = null, size = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            if (Px.Is(name)) price = UsValues.Amount(ref UsValues.Next(ref reader));
            else if (Qty.Is(name)) size = UsValues.Quantity(ref UsValues.Next(ref reader));
            else UsValues.Next(ref reader).Skip();
        }
        return price is { } at && size is { } much ? new BookLevel(at, much) : null;
    }
}
