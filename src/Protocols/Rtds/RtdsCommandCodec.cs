using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Rtds;

/// <summary>Client to server, read by the gateway's own /rtds. A heartbeat is no command, see <see cref="IsHeartbeat"/>.</summary>
public static class RtdsCommandCodec
{
    private const int MostInterests = 64;
    private const int LongestName = 64;
    private const int LongestFilters = 4096;

    /// <summary>The official client writes it in lower case. The answer is an empty text, never PONG.</summary>
    public static bool IsHeartbeat(ReadOnlySpan<byte> frame) => frame.SequenceEqual("PING"u8) || frame.SequenceEqual("ping"u8);

    /// <summary>Null: a frame that the venue answers with "Invalid request body".</summary>
    public static RtdsCommand? Decode(ReadOnlySpan<byte> frame)
    {
        try
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            var draft = default(Draft);
            draft.Read(ref reader);
            reader.Read(); // throws if something follows the object
            return draft.Finish();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What is wrong, in the venue's form. The official client sees no frame without a payload, so nobody trips over it.</summary>
    public static void EncodeError(ReadOnlySpan<char> message, ReadOnlySpan<char> connection, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"message\":"u8);
        output.Text(message);
        output.Raw(",\"connectionId\":"u8);
        output.Text(connection);
        output.Raw("}"u8);
        output.Done();
    }

    private struct Draft
    {
        private bool _hasAction;
        private RtdsAction _action;
        private ImmutableArray<RtdsInterest>? _interests;

        public void Read(ref Utf8JsonReader reader)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("action"u8)) (_hasAction, _action) = (true, Action(ref reader));
                else if (name.SequenceEqual("subscriptions"u8)) _interests = Interests(ref reader);
                reader.Skip();
            }
        }

        public readonly RtdsCommand? Finish() =>
            !_hasAction ? RtdsCommand.Silence
            : _action == RtdsAction.None || _interests is not { IsEmpty: false } interests ? null
            : new(_action, interests);

        private static RtdsAction Action(ref Utf8JsonReader reader) =>
            reader.TokenType != JsonTokenType.String ? RtdsAction.None
            : reader.ValueSpan.SequenceEqual("subscribe"u8) ? RtdsAction.Subscribe
            : reader.ValueSpan.SequenceEqual("unsubscribe"u8) ? RtdsAction.Unsubscribe
            : RtdsAction.None;

        private static ImmutableArray<RtdsInterest>? Interests(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartArray) return null;
            var interests = ImmutableArray.CreateBuilder<RtdsInterest>();
            var isGood = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (interests.Count < MostInterests && Interest(ref reader) is { } interest) interests.Add(interest);
                else isGood = false;
                reader.Skip();
            }
            return isGood ? interests.DrainToImmutable() : null;
        }

        // Credentials may stand beside the three; no topic that is served here wants them.
        private static RtdsInterest? Interest(ref Utf8JsonReader reader)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return null;
            string? topic = null, type = null, filters = null;
            var isGood = true;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonInput.Name(ref reader);
                reader.Read();
                if (name.SequenceEqual("topic"u8)) isGood &= JsonInput.TryGetText(ref reader, LongestName, out topic);
                else if (name.SequenceEqual("type"u8)) isGood &= JsonInput.TryGetText(ref reader, LongestName, out type);
                else if (name.SequenceEqual("filters"u8)) isGood &= JsonInput.TryGetText(ref reader, LongestFilters, out filters);
                reader.Skip();
            }
            return isGood && topic is not null && type is not null ? new(topic, type, filters is { Length: > 0 } ? filters : null) : null;
        }
    }
}
