using System.Text.Json;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

public enum ClobUserEventKind : byte { Other, Order, Trade }

/// <summary>
/// As much of an event of the user channel as the gateway needs: its bytes are handed on unchanged. Each change of status is a new
/// event with the same id, so id and status together tell a repetition.
/// </summary>
public sealed record ClobUserEvent(ClobUserEventKind Kind, string Id, string Status, ConditionId? Market)
{
    private const int LongestId = 128;
    private const string TradePrefix = "TRADE_STATUS_";

    /// <summary>Null: no event of this channel, with the reason.</summary>
    public static ClobUserEvent? Read(ReadOnlySpan<byte> json, out string? problem)
    {
        var draft = default(Draft);
        try
        {
            var reader = new Utf8JsonReader(json, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problem = "the frame is no JSON object";
                return null;
            }
            draft.Read(ref reader);
            reader.Read(); // throws if something follows the object
        }
        catch (JsonException fault)
        {
            problem = "the frame is " + JsonInput.Describe(fault);
            return null;
        }
        return draft.Finish(out problem);
    }

    private struct Draft
    {
        private ClobUserEventKind _kind;
        private string? _id;
        private string? _type;
        private string? _status;
        private string? _matched;
        private ConditionId? _market;

        public void Read(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("event_type"u8)) _kind = Kind(ref reader);
                else if (name.SequenceEqual("id"u8)) _id = Text(ref reader);
                else if (name.SequenceEqual("type"u8)) _type = Text(ref reader);
                else if (name.SequenceEqual("status"u8)) _status = Text(ref reader);
                else if (name.SequenceEqual("size_matched"u8)) _matched = Text(ref reader);
                else if (name.SequenceEqual("market"u8)) _market = JsonInput.TryGet(ref reader, out ConditionId market) ? market : null;
                reader.Skip();
            }
        }

        /// <summary>An order's updates differ in what is matched of it, and its status may be missing.</summary>
        public readonly ClobUserEvent? Finish(out string? problem)
        {
            problem = _kind == ClobUserEventKind.Other ? null : _id is null ? "id is missing or wrong" : null;
            if (problem is not null) return null;
            var status = _kind == ClobUserEventKind.Order ? $"{_type}/{_status}/{_matched}" : Plain(_status ?? "");
            return new(_kind, _id ?? "", status, _market);
        }

        private static string Plain(string status) => status.StartsWith(TradePrefix, StringComparison.Ordinal) ? status[TradePrefix.Length..] : status;

        private static ClobUserEventKind Kind(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.String) return ClobUserEventKind.Other;
            var word = JsonInput.Name(ref reader);
            return word.SequenceEqual("order"u8) ? ClobUserEventKind.Order : word.SequenceEqual("trade"u8) ? ClobUserEventKind.Trade : ClobUserEventKind.Other;
        }

        private static string? Text(ref Utf8JsonReader reader) => JsonInput.TryGetText(ref reader, LongestId, out var text) ? text : null;
    }
}
