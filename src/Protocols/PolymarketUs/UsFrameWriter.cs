using System.Buffers;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>Server to client: the envelope, with a payload that is written by <see cref="UsMarketWriter"/> or <see cref="UsAccountWriter"/>, or handed on as it came.</summary>
public static class UsFrameWriter
{
    public static ReadOnlySpan<byte> Heartbeat => "{\"heartbeat\":{}}"u8;

    public static ReadOnlySpan<byte> Pong => "PONG"u8;

    /// <summary>What comes in front of a payload; behind it comes one closing brace. The key is the payload's, such as marketData.</summary>
    public static void EncodeHead(string requestId, UsSubscriptionType type, ReadOnlySpan<byte> key, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"requestId\":"u8);
        output.Text(requestId);
        output.Raw(",\"subscriptionType\":\""u8);
        output.Raw(type.Name());
        output.Raw("\",\""u8);
        output.Raw(key);
        output.Raw("\":"u8);
        output.Done();
    }

    public static void Encode(string requestId, UsSubscriptionType type, ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, IBufferWriter<byte> frame)
    {
        EncodeHead(requestId, type, key, frame);
        frame.Write(payload);
        frame.Write("}"u8);
    }

    public static void EncodeUnsubscribed(string requestId, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"requestId\":"u8);
        output.Text(requestId);
        output.Raw(",\"unsubscribed\":true}"u8);
        output.Done();
    }

    /// <summary>The text is never empty: published clients break on that.</summary>
    public static void EncodeError(string? requestId, UsSubscriptionType? type, string error, IBufferWriter<byte> frame)
    {
        ArgumentException.ThrowIfNullOrEmpty(error);
        var output = new JsonOutput(frame);
        output.Raw("{"u8);
        if (requestId is not null)
        {
            output.Raw("\"requestId\":"u8);
            output.Text(requestId);
            output.Raw(","u8);
        }
        if (type is { } known)
        {
            output.Raw("\"subscriptionType\":\""u8);
            output.Raw(known.Name());
            output.Raw("\","u8);
        }
        output.Raw("\"error\":"u8);
        output.Text(error);
        output.Raw("}"u8);
        output.Done();
    }
}
