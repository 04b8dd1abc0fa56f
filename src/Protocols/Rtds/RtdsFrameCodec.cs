using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Rtds;

/// <summary>Reads what RTDS sends, in any order of keys; nothing is thrown for what it wrote.</summary>
public static class RtdsFrameCodec
{
    public static RtdsFrame Decode(ReadOnlySpan<byte> frame)
    {
        if (frame.Trim(" \t\r\n"u8).IsEmpty || frame.SequenceEqual("PONG"u8)) return RtdsFrame.KeepAlive.Instance;
        try
        {
            var envelope = default(Envelope);
            return envelope.Read(frame) ? envelope.Finish() : new RtdsFrame.Malformed("the frame is no JSON object");
        }
        catch (JsonException fault)
        {
            return new RtdsFrame.Malformed("the frame is " + JsonInput.Describe(fault));
        }
    }

    private struct Envelope
    {
        private const int LongestName = 64;
        private const int LongestMessage = 1024;
        private string? _topic;
        private string? _type;
        private string? _message;
        private long _timestamp;
        private RtdsTradeDraft _payload;

        public bool Read(ReadOnlySpan<byte> frame)
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) Field(ref reader);
            reader.Read(); // throws if something follows the object
            return true;
        }

        public readonly RtdsFrame Finish()
        {
            if (_topic is null) return _message is null ? new RtdsFrame.Malformed("topic is missing") : new RtdsFrame.Refused(_message);
            RtdsActivity? activity = (_topic, _type) switch
            {
                ("activity", "trades") => RtdsActivity.Trades,
                ("activity", "orders_matched") => RtdsActivity.OrdersMatched,
                _ => null,
            };
            if (activity is null) return new RtdsFrame.Other(_topic, _type ?? "");
            if (_payload.Missing is { } missing) return new RtdsFrame.Malformed($"payload.{missing} is missing or wrong");
            return new RtdsFrame.Activity(activity.Value, _payload.Fill, _timestamp);
        }

        private void Field(ref Utf8JsonReader reader)
        {
            var name = JsonInput.Name(ref reader);
            reader.Read();
            if (name.SequenceEqual("payload"u8)) _payload.Read(ref reader);
            else if (name.SequenceEqual("topic"u8)) _topic = Known(ref reader, "activity"u8, "activity");
            else if (name.SequenceEqual("type"u8)) _type = Known(ref reader, "trades"u8, "trades");
            else if (name.SequenceEqual("timestamp"u8)) _timestamp = JsonInput.TryGetLong(ref reader, out var milliseconds) ? milliseconds : 0;
            else if (name.SequenceEqual("message"u8)) _message = JsonInput.TryGetText(ref reader, LongestMessage, out var message) ? message : null;
            reader.Skip();
        }

        // What nearly every frame says costs no string.
        private static string? Known(ref Utf8JsonReader reader, ReadOnlySpan<byte> usual, string text) =>
            reader.ValueSpan.SequenceEqual(usual) ? text : JsonInput.TryGetText(ref reader, LongestName, out var other) ? other : null;
    }
}
