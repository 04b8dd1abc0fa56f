using System.Text.Json;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Reads the payload of TRADE. What is missing or wrong of what a print cannot be without spoils it.</summary>
internal static class UsTradeReader
{
    private static readonly UsKey Slug = new("marketSlug");
    private static readonly UsKey Price = new("price");
    private static readonly UsKey Quantity = new("quantity");
    private static readonly UsKey TradeTime = new("tradeTime");
    private static readonly UsKey Maker = new("maker");
    private static readonly UsKey Taker = new("taker");
    private static readonly UsKey Id = new("id");
    private static readonly UsKey State = new("state");
    private static readonly UsKey Side = new("side");
    private static readonly UsKey Intent = new("intent");
    private static readonly UsKey OutcomeSide = new("outcomeSide");
    private static readonly UsKey Action = new("action");

    public static string? Read(ref Utf8JsonReader reader, out UsTrade trade)
    {
        string? slug = null, id = null;
        WrittenDecimal? price = null, quantity = null;
        UsTime? time = null;
        UsParty? maker = null, taker = null;
        UsTradeState? state = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            if (Slug.Is(name)) slug = UsValues.Name(ref UsValues.Next(ref reader));
            else if (Price.Is(name)) price = UsValues.Amount(ref UsValues.Next(ref reader));
            else if (Quantity.Is(name)) quantity = UsValues.Amount(ref UsValues.Next(ref reader));
            else if (TradeTime.Is(name)) time = UsValues.Time(ref UsValues.Next(ref reader));
            else if (Maker.Is(name)) maker = Party(ref UsValues.Next(ref reader));
            else if (Taker.Is(name)) taker = Party(ref UsValues.Next(ref reader));
            else if (Id.Is(name)) id = UsValues.Text(ref UsValues.Next(ref reader));
            else if (State.Is(name)) state = UsValues.Enum<UsTradeState>(ref UsValues.Next(ref reader));
            else UsValues.Next(ref reader).Skip();
        }
        trade = new UsTrade(slug ?? "", price.GetValueOrDefault(), quantity.GetValueOrDefault(), time.GetValueOrDefault()) { Maker = maker, Taker = taker, Id = id, State = state };
        return string.IsNullOrEmpty(slug) ? Missing("marketSlug") : price is null ? Missing("price") : quantity is null ? Missing("quantity") : time is null ? Missing("tradeTime") : null;
    }

    private static string Missing(string field) => $"trade.{field} is missing or wrong";

    private static UsParty? Party(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }
        var party = default(UsParty);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            if (Side.Is(name)) party = party with { Side = UsValues.Enum<UsOrderSide>(ref UsValues.Next(ref reader)) };
            else if (Intent.Is(name)) party = party with { Intent = UsValues.Enum<UsOrderIntent>(ref UsValues.Next(ref reader)) };
            else if (OutcomeSide.Is(name)) party = party with { OutcomeSide = UsValues.Enum<UsOutcomeSide>(ref UsValues.Next(ref reader)) };
            else if (Action.Is(name)) party = party with { Action = UsValues.Enum<UsOrderAction>(ref UsValues.Next(ref reader)) };
            else UsValues.Next(ref reader).Skip();
        }
        return party;
    }
}
