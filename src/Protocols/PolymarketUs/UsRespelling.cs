using System.Buffers;
using System.Text.Json;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>A server's frame for clients that want the other spelling: names in snake_case, the subscription's type by its number. Values stay as they are, byte for byte.</summary>
public static class UsRespelling
{
    private static readonly Func<ReadOnlyMemory<byte>, byte[]> Snake = static payload =>
    {
        var output = new ArrayBufferWriter<byte>(payload.Length + (payload.Length / 4));
        ToSnake(payload.Span, UsSocket.Markets, output);
        return output.WrittenSpan.ToArray();
    };

    /// <summary>Of frames that the venue or <see cref="UsFrameWriter"/> wrote; what is no JSON throws.</summary>
    public static void ToSnake(ReadOnlySpan<byte> frame, UsSocket socket, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(frame, JsonInput.Options);
        var copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            var start = (int)reader.TokenStartIndex;
            output.Write(frame[copied..start]);
            Name(reader.ValueSpan, output);
            copied = start + reader.ValueSpan.Length + 2;
            if (reader.CurrentDepth == 1 && reader.ValueTextEquals("subscriptionType"u8)) Type(ref reader, frame, socket, ref copied, output);
        }
        output.Write(frame[copied..]);
    }

    /// <summary>A payload that is shared: written in the other spelling when the first one wants it so.</summary>
    public static UsPayload Share(ReadOnlyMemory<byte> payload) => new(payload, Snake);

    private static void Name(ReadOnlySpan<byte> name, IBufferWriter<byte> output)
    {
        var space = output.GetSpan((2 * name.Length) + 2);
        var length = 0;
        space[length++] = (byte)'"';
        foreach (var letter in name)
        {
            if (letter is >= (byte)'A' and <= (byte)'Z') space[length++] = (byte)'_';
            space[length++] = letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;
        }
        space[length++] = (byte)'"';
        output.Advance(length);
    }

    // Up to the value, and the number in its place.
    private static void Type(ref Utf8JsonReader reader, ReadOnlySpan<byte> frame, UsSocket socket, ref int copied, IBufferWriter<byte> output)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || UsSubscriptionTypes.Named(reader.ValueSpan, socket) is not { } type) return;
        var start = (int)reader.TokenStartIndex;
        output.Write(frame[copied..start]);
        var number = new JsonOutput(output);
        number.Number(type.Number());
        number.Done();
        copied = start + reader.ValueSpan.Length + 2;
    }
}
