using System.Buffers;
using System.Globalization;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>Every frame that the gateway sends besides events: the two of Dome's protocol, and those of ?ext=1.</summary>
public static class DomeReplyCodec
{
    /// <summary>To subscribe and to update; never to unsubscribe, whose ack the TypeScript SDK takes for that of its next subscribe.</summary>
    public static void EncodeAck(SubscriptionId subscription, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"type\":\"ack\",\"subscription_id\":"u8);
        output.Quoted(subscription);
        output.Raw("}"u8);
        output.Done();
    }

    public static void EncodeError(DomeRefusal refusal, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"type\":\"error\",\"error\":\""u8);
        output.Raw(refusal.Error.Utf8());
        output.Raw("\",\"message\":"u8);
        output.Text(refusal.Message);
        output.Raw(",\"action\":"u8);
        output.TextOrNull(refusal.Action);
        output.Raw(",\"subscription_id\":"u8);
        output.TextOrNull(refusal.SubscriptionId);
        if (refusal.Oldest is { } oldest)
        {
            output.Raw(",\"oldest\":"u8);
            output.Quoted(oldest);
        }
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>The same refusal as the body of an HTTP answer, before there is a socket.</summary>
    public static void EncodeHttpError(DomeError error, string message, IBufferWriter<byte> body)
    {
        var output = new JsonOutput(body);
        output.Raw("{\"error\":\""u8);
        output.Raw(error.Utf8());
        output.Raw("\",\"message\":"u8);
        output.Text(message);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>The replay is over; from here on events are live.</summary>
    public static void EncodeLive(SubscriptionId subscription, Position position, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        Begin(ref output, "{\"type\":\"gateway.live\",\"subscription_id\":"u8, subscription, position);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>First frame of a durable attachment: the acknowledged position that it goes on from, and the tape's head.</summary>
    public static void EncodeAttached(SubscriptionId subscription, Position acknowledged, Position head, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        Begin(ref output, "{\"type\":\"gateway.attached\",\"subscription_id\":"u8, subscription, acknowledged);
        output.Raw(",\"head\":"u8);
        output.Quoted(head);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>A fill that was sent before its log was known is complete now. <paramref name="data"/> as in the event.</summary>
    public static void EncodeConfirmed(SubscriptionId subscription, Position position, ReadOnlySpan<byte> data, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        Begin(ref output, "{\"type\":\"gateway.confirmed\",\"subscription_id\":"u8, subscription, position);
        output.Raw(",\"data\":"u8);
        output.Raw(data);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>The chain took the log back; without a log index the fill was told by a witness alone, and never mined.</summary>
    public static void EncodeRemoved(SubscriptionId subscription, Position position, TxHash tx, int? logIndex, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        Begin(ref output, "{\"type\":\"gateway.removed\",\"subscription_id\":"u8, subscription, position);
        output.Raw(",\"tx_hash\":"u8);
        output.Quoted(tx);
        output.Raw(",\"log_index\":"u8);
        output.NumberOrNull(logIndex);
        output.Raw("}"u8);
        output.Done();
    }

    public static void EncodeGap(Gap gap, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"type\":\"gateway.gap\",\"id\":"u8);
        output.Quoted(gap.Id);
        output.Raw(",\"source\":"u8);
        output.Text(gap.Source);
        output.Raw(",\"from\":"u8);
        Time(ref output, gap.From);
        output.Raw(",\"to\":"u8);
        if (gap.To is { } to) Time(ref output, to);
        else output.Raw("null"u8);
        output.Raw(",\"reason\":"u8);
        output.Text(gap.Reason);
        output.Raw(gap.State switch
        {
            GapState.Open => ",\"state\":\"open\"}"u8,
            GapState.Filled => ",\"state\":\"filled\"}"u8,
            GapState.Lost => ",\"state\":\"lost\"}"u8,
        });
        output.Done();
    }

    private static void Begin(ref JsonOutput output, ReadOnlySpan<byte> opening, SubscriptionId subscription, Position position)
    {
        output.Raw(opening);
        output.Quoted(subscription);
        output.Raw(",\"position\":"u8);
        output.Quoted(position);
    }

    // RFC 3339 with milliseconds, in UTC.
    private static void Time(ref JsonOutput output, long unixMilliseconds) =>
        output.Text(DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
