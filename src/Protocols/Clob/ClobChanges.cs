using System.Text.Json;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>
/// Reads the changes of a price_change in its present form and in the two of 2024 and 2025, which recordings have: one change
/// spread over the event itself, and a list whose token and hash stand on the event.
/// </summary>
internal static class ClobChanges
{
    internal static void Read(ref Utf8JsonReader reader, ClobMarketEvent into)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return;
        into.Changes.Clear();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject || !TryRead(ref reader, into)) into.Problem = $"price_changes[{into.Changes.Count}] is wrong";
            reader.Skip();
        }
    }

    /// <summary>What the older forms say once for all their changes.</summary>
    internal static void Complete(ClobMarketEvent into)
    {
        if (into is { Changes.Count: 0, Token: { } token, Side: { } side, Price: { } price, Size: { } size })
        {
            into.Changes.Add(new(token, side, new(price, size), into.Hash, into.BestBid, into.BestAsk));
            return;
        }
        for (var i = 0; i < into.Changes.Count; i++)
        {
            if (into.Changes[i].Token != default) continue;
            if (into.Token is { } common) into.Changes[i] = into.Changes[i] with { Token = common, Hash = into.Hash };
            else into.Problem = $"price_changes[{i}].asset_id is missing or wrong";
        }
    }

    private static bool TryRead(ref Utf8JsonReader reader, ClobMarketEvent into)
    {
        TokenId token = default;
        Side? side = null;
        WrittenDecimal? price = null, size = null, bid = null, ask = null;
        BookHash? hash = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            switch (name.Length)
            {
                case 4 when name.SequenceEqual("side"u8): side = ClobEventDraft.Side(ref reader); break;
                case 4 when name.SequenceEqual("size"u8): size = ClobEventDraft.Decimal(ref reader); break;
                case 4 when name.SequenceEqual("hash"u8): hash = JsonInput.TryGet(ref reader, out BookHash read) ? read : null; break;
                case 5 when name.SequenceEqual("price"u8): price = ClobEventDraft.Decimal(ref reader); break;
                case 8 when name.SequenceEqual("asset_id"u8): token = ClobEventDraft.Token(ref reader, into) ?? default; break;
                case 8 when name.SequenceEqual("best_bid"u8): bid = ClobEventDraft.Decimal(ref reader); break;
                case 8 when name.SequenceEqual("best_ask"u8): ask = ClobEventDraft.Decimal(ref reader); break;
            }
            reader.Skip();
        }
        if (side is not { } of || price is not { } at || size is not { } much) return false;
        into.Changes.Add(new(token, of, new(at, much), hash, bid, ask));
        return true;
    }
}
