using System.Globalization;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>Reads what a Dome-compatible server sends. Keys in any order, unknown keys skipped, nothing thrown.</summary>
public static class DomeServerFrameCodec
{
    public static DomeServerFrame Decode(ReadOnlySpan<byte> frame) => DomeEventReader.TryRead(frame, out _) ?? DecodeAny(frame);

    /// <param name="data">The part of the frame that is what <see cref="DomeEventCodec.EncodeData"/> writes of the event's fill. Empty: there is none.</param>
    public static DomeServerFrame Decode(ReadOnlyMemory<byte> frame, out ReadOnlyMemory<byte> data)
    {
        var told = DomeEventReader.TryRead(frame.Span, out var written);
        data = frame[written];
        return told ?? DecodeAny(frame.Span);
    }

    /// <summary>However it is written.</summary>
    internal static DomeServerFrame DecodeAny(ReadOnlySpan<byte> frame)
    {
        try
        {
            var draft = default(Draft);
            return (DomeServerFrame?)draft.Read(frame) ?? draft.Finish();
        }
        catch (JsonException fault)
        {
            return new DomeServerFrame.Malformed("the frame is " + JsonInput.Describe(fault));
        }
    }

    private struct Draft
    {
        private const int LongestName = 64;
        private const int LongestText = 4096;
        private string? _type;
        private string? _subscription;
        private string? _code;
        private string? _message;
        private string? _action;
        private string? _id;
        private string? _source;
        private string? _from;
        private string? _to;
        private string? _reason;
        private string? _state;
        private Position? _position;
        private Position? _head;
        private Position? _oldest;
        private TxHash? _tx;
        private long? _logIndex;
        private bool _namesLog;         // as null, it says that there was none
        private EventMarks _marks;
        private Fill? _fill;
        private string? _missing;

        public DomeServerFrame.Malformed? Read(ReadOnlySpan<byte> frame)
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return new DomeServerFrame.Malformed("the frame is no JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Field(ref reader);
            reader.Read();
            return null;
        }

        public readonly DomeServerFrame Finish() => _type switch
        {
            "ack" when _subscription is not null => new DomeServerFrame.Ack(_subscription),
            "event" when _subscription is not null && _fill is not null => new DomeServerFrame.Event(_subscription, _fill, _position, _marks),
            // Servers differ in which of the two texts they send.
            "error" when (_code ?? _message) is { } code => new DomeServerFrame.Error(code, _message ?? code, _action, _subscription, _oldest),
            "gateway.live" when _subscription is not null && _position is { } position => new DomeServerFrame.Live(_subscription, position),
            "gateway.attached" when _subscription is not null && _position is { } position && _head is { } head => new DomeServerFrame.Attached(_subscription, position, head),
            "gateway.confirmed" when _subscription is not null && _position is { } position && _fill is not null => new DomeServerFrame.Confirmed(_subscription, position, _fill),
            "gateway.removed" when _subscription is not null && _position is { } position && _tx is { } tx && _namesLog
                => new DomeServerFrame.Removed(_subscription, position, tx, (int?)_logIndex),
            "gateway.gap" when Gap is { } gap => new DomeServerFrame.GapChanged(gap),
            null => new DomeServerFrame.Malformed("type is missing"),
            "ack" or "event" or "error" or "gateway.live" or "gateway.attached" or "gateway.confirmed" or "gateway.removed" or "gateway.gap"
                => new DomeServerFrame.Malformed($"{_type} without {_missing ?? "all of its fields"}"),
            _ => new DomeServerFrame.Unknown(_type),
        };

        private readonly Gap? Gap
        {
            get
            {
                GapState? state = _state switch { "open" => GapState.Open, "filled" => GapState.Filled, "lost" => GapState.Lost, _ => null };
                if (state is null || _source is null || _reason is null || !GapId.TryParse(_id, out var id) || Time(_from) is not { } from) return null;
                return new(id, _source, from, Time(_to), _reason, state.Value);
            }
        }

        private void Field(ref Utf8JsonReader reader)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            if (name.SequenceEqual("data"u8))
            {
                var fill = default(DomeFillDraft);
                _fill = fill.Decode(ref reader);
                _missing = fill.Missing;
                return;
            }
            if (name.SequenceEqual("type"u8)) _type = Type(ref reader);
            else if (name.SequenceEqual("subscription_id"u8)) _subscription = JsonInput.TryGetRepeatedText(ref reader, LongestName, out var id) ? id : null;
            else if (name.SequenceEqual("position"u8)) _position = Position(ref reader);
            else if (name.SequenceEqual("late"u8)) Mark(ref reader, EventMarks.Late);
            else if (name.SequenceEqual("replayed"u8)) Mark(ref reader, EventMarks.Replayed);
            else if (name.SequenceEqual("error"u8)) _code = Text(ref reader, LongestText);
            else if (name.SequenceEqual("message"u8)) _message = Text(ref reader, LongestText);
            else if (name.SequenceEqual("action"u8)) _action = Text(ref reader, LongestName);
            else if (name.SequenceEqual("oldest"u8)) _oldest = Position(ref reader);
            else if (name.SequenceEqual("head"u8)) _head = Position(ref reader);
            else if (name.SequenceEqual("tx_hash"u8)) _tx = JsonInput.TryGet(ref reader, out TxHash tx) ? tx : null;
            else if (name.SequenceEqual("log_index"u8)) LogIndex(ref reader);
            else if (name.SequenceEqual("id"u8)) _id = Text(ref reader, LongestName);
            else if (name.SequenceEqual("source"u8)) _source = Text(ref reader, LongestName);
            else if (name.SequenceEqual("from"u8)) _from = Text(ref reader, LongestName);
            else if (name.SequenceEqual("to"u8)) _to = Text(ref reader, LongestName);
            else if (name.SequenceEqual("reason"u8)) _reason = Text(ref reader, LongestText);
            else if (name.SequenceEqual("state"u8)) _state = Text(ref reader, LongestName);
            reader.Skip();
        }

        // Nearly every frame is an event: its type costs no string.
        private static string? Type(ref Utf8JsonReader reader) =>
            reader.ValueSpan.SequenceEqual("event"u8) ? "event" : Text(ref reader, LongestName);

        private static string? Text(ref Utf8JsonReader reader, int most) => JsonInput.TryGetText(ref reader, most, out var text) ? text : null;

        private static Position? Position(ref Utf8JsonReader reader) => JsonInput.TryGet(ref reader, out Position position) ? position : null;

        private void LogIndex(ref Utf8JsonReader reader)
        {
            _logIndex = JsonInput.TryGetLong(ref reader, out var index) ? index : null;
            _namesLog = reader.TokenType == JsonTokenType.Null || _logIndex is >= 0 and <= int.MaxValue;
        }

        private void Mark(ref Utf8JsonReader reader, EventMarks mark)
        {
            if (reader.TokenType == JsonTokenType.True) _marks |= mark;
        }

        private static long? Time(string? text) =>
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeMilliseconds() : null;
    }
}
