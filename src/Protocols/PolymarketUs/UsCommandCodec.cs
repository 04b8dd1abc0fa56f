using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Client to server on both sockets: read by the gateway in either spelling, written by its feeds and by the client.</summary>
public static class UsCommandCodec
{
    public static ReadOnlySpan<byte> Ping => "PING"u8;

    /// <summary>
    /// False: <paramref name="problem"/> says to the log what is wrong; the client is told <see cref="UsError.InvalidMessage"/>, without any id.
    /// Not more than <paramref name="mostSlugs"/> slugs are read.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> frame, UsSocket socket, int mostSlugs, [NotNullWhen(true)] out UsCommand? command, [NotNullWhen(false)] out string? problem)
    {
        (command, problem) = (null, null);
        if (frame.SequenceEqual(Ping))
        {
            command = new UsCommand.Ping();
            return true;
        }
        try
        {
            var reader = new Utf8JsonReader(frame, JsonInput.Options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problem = "the frame is no JSON object";
                return false;
            }
            var read = new UsCommandDraft(socket, mostSlugs).Read(ref reader, out problem);
            reader.Read(); // throws if something follows the object
            command = read;
            return command is not null;
        }
        catch (JsonException fault)
        {
            problem = "the frame is " + JsonInput.Describe(fault);
            return false;
        }
    }

    public static void Encode(UsCommand command, UsSpelling spelling, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        switch (command)
        {
            case UsCommand.Subscribe subscribe:
                Subscribe(ref output, subscribe, spelling);
                break;
            case UsCommand.Unsubscribe(var id):
                output.Raw(spelling == UsSpelling.Camel ? "{\"unsubscribe\":{\"requestId\":"u8 : "{\"unsubscribe\":{\"request_id\":"u8);
                output.Text(id);
                output.Raw("}}"u8);
                break;
            case UsCommand.Heartbeat:
                output.Raw(UsFrameWriter.Heartbeat);
                break;
            default:
                output.Raw(Ping);
                break;
        }
        output.Done();
    }

    private static void Subscribe(ref JsonOutput output, UsCommand.Subscribe subscribe, UsSpelling spelling)
    {
        var camel = spelling == UsSpelling.Camel;
        output.Raw(camel ? "{\"subscribe\":{\"requestId\":"u8 : "{\"subscribe\":{\"request_id\":"u8);
        output.Text(subscribe.RequestId);
        output.Raw(camel ? ",\"subscriptionType\":\""u8 : ",\"subscription_type\":"u8);
        if (camel)
        {
            output.Raw(subscribe.Type.Name());
            output.Raw("\""u8);
        }
        else
        {
            output.Number(subscribe.Type.Number());
        }
        if (!subscribe.Slugs.IsEmpty)
        {
            output.Raw(camel ? ",\"marketSlugs\":["u8 : ",\"market_slugs\":["u8);
            for (var i = 0; i < subscribe.Slugs.Length; i++)
            {
                if (i > 0) output.Raw(","u8);
                output.Text(subscribe.Slugs[i]);
            }
            output.Raw("]"u8);
        }
        if (subscribe.Debounced) output.Raw(camel ? ",\"responsesDebounced\":true"u8 : ",\"responses_debounced\":true"u8);
        output.Raw("}}"u8);
    }
}
