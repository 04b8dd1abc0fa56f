using System.Text.Json;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Server to client on both sockets, in either spelling and with the keys of older versions. Nothing is thrown for what the venue wrote.</summary>
public static class UsFrameReader
{
    private const int LongestText = 300;

    private static readonly UsKey RequestId = new("requestId");
    private static readonly UsKey SubscriptionType = new("subscriptionType");
    private static readonly UsKey MarketData = new("marketData");
    private static readonly UsKey MarketDataLite = new("marketDataLite");
    private static readonly UsKey RfqEvent = new("rfqEvent");

    public static void Read(ReadOnlySpan<byte> frame, UsSocket socket, UsFrame into)
    {
        into.Clear();
        if (frame.SequenceEqual("PONG"u8))
        {
            into.Kind = UsFrameKind.Pong;
            return;
        }
        try
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject) Fields(ref reader, socket, into);
            else into.Problem = "the frame is no JSON object";
            reader.Read(); // throws if something follows the object
            if (into is { Kind: UsFrameKind.Other, Error: not null }) into.Kind = UsFrameKind.Error;
        }
        catch (JsonException fault)
        {
            into.Problem = fault.Path is { } path ? $"{path} cannot be read" : "the frame is " + JsonInput.Describe(fault);
        }
        if (into.Problem is not null) into.Kind = UsFrameKind.Malformed;
    }

    private static void Fields(ref Utf8JsonReader reader, UsSocket socket, UsFrame into)
    {
        var isSnake = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonInput.Name(ref reader);
            isSnake |= name.Contains((byte)'_');
            reader.Read();
            if (RequestId.Is(name)) into.RequestId = UsValues.Name(ref reader);
            else if (SubscriptionType.Is(name)) into.Type = Type(ref reader, socket);
            else if (name.SequenceEqual("error"u8)) into.Error = Error(ref reader);
            else if (name.SequenceEqual("heartbeat"u8)) Set(into, UsFrameKind.Heartbeat);
            else if (name.SequenceEqual("unsubscribed"u8)) Set(into, reader.TokenType == JsonTokenType.True ? UsFrameKind.Unsubscribed : UsFrameKind.Other);
            else if (reader.TokenType == JsonTokenType.StartObject) Payload(ref reader, name, into);
            reader.Skip();
        }
        into.IsToday &= !isSnake; // the key of a trade is the same in both spellings
    }

    private static void Payload(ref Utf8JsonReader reader, scoped ReadOnlySpan<byte> name, UsFrame into)
    {
        var start = (int)reader.TokenStartIndex;
        into.IsToday = !name.Contains((byte)'_');
        if (MarketData.Is(name))
        {
            into.Book.Clear(); // a key that is there twice: the last one holds
            var problem = UsBookReader.Read(ref reader, into.Book);
            into.Problem ??= problem;
            Set(into, UsFrameKind.MarketData);
        }
        else if (MarketDataLite.Is(name))
        {
            var problem = UsLiteReader.Read(ref reader, out var lite);
            (into.Lite, into.Problem) = (lite, into.Problem ?? problem);
            Set(into, UsFrameKind.MarketDataLite);
        }
        else if (name.SequenceEqual("trade"u8))
        {
            var problem = UsTradeReader.Read(ref reader, out var trade);
            (into.Trade, into.Problem) = (trade, into.Problem ?? problem);
            Set(into, UsFrameKind.Trade);
        }
        else if (RfqEvent.Is(name))
        {
            reader.Skip();
            Set(into, UsFrameKind.Rfq);
        }
        else if (UsAccountReader.Find(name) is { } read)
        {
            into.Account = read(ref reader, into.IsToday ? UsSpelling.Camel : UsSpelling.Snake);
            into.IsToday = name.SequenceEqual(UsAccountWriter.KeyOf(into.Account));
            Set(into, UsFrameKind.Account);
        }
        else
        {
            return;
        }
        into.Payload = start..(int)reader.BytesConsumed;
    }

    // A heartbeat is one, whatever stands beside it.
    private static void Set(UsFrame into, UsFrameKind kind)
    {
        if (into.Kind != UsFrameKind.Heartbeat) into.Kind = kind;
    }

    private static UsSubscriptionType Type(ref Utf8JsonReader reader, UsSocket socket) => reader.TokenType switch
    {
        JsonTokenType.String => UsSubscriptionTypes.Named(JsonInput.Name(ref reader), socket) ?? UsSubscriptionType.Unspecified,
        JsonTokenType.Number when reader.TryGetInt32(out var number) => UsSubscriptionTypes.Numbered(number, socket),
        _ => UsSubscriptionType.Unspecified,
    };

    private static string? Error(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String when reader.ValueSpan.IsEmpty => null,
        _ => JsonInput.TryGetText(ref reader, LongestText, out var text) ? text : "an error that is no text, or too long",
    };
}
