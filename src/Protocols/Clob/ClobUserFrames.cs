using System.Text.Json;
using Oddswire.Messages.Accounts;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>What the user channel sends: one event, or several in an array, which the market channel does and this one may.</summary>
public static class ClobUserFrames
{
    /// <summary>Each event with its own bytes, as they came. Null: the frame is no JSON.</summary>
    public static IReadOnlyList<AccountEvent>? Read(ReadOnlyMemory<byte> frame)
    {
        var events = new List<AccountEvent>();
        try
        {
            var reader = new Utf8JsonReader(frame.Span, JsonInput.Options);
            if (!reader.Read()) return null;
            if (reader.TokenType != JsonTokenType.StartArray) return TryAdd(frame, events) ? events : null;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                TryAdd(frame[start..(int)reader.BytesConsumed], events);
            }
            reader.Read(); // throws if something follows the array
            return events;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryAdd(ReadOnlyMemory<byte> json, List<AccountEvent> to)
    {
        if (ClobUserEvent.Read(json.Span, out _) is not { } read) return false;
        to.Add(new(
            read.Kind switch { ClobUserEventKind.Order => AccountEventKind.Order, ClobUserEventKind.Trade => AccountEventKind.Trade, _ => AccountEventKind.Other },
            read.Id, read.Status, read.Market, json));
        return true;
    }
}
