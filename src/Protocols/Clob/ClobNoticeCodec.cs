using System.Buffers;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>What the market channel has no word for, told to clients that opened it with ?ext=1. Both a type, as all frames of the gateway have, and an event_type, as all of the venue.</summary>
public static class ClobNoticeCodec
{
    /// <summary>The book of this token may be wrong from now on: no changes of it are told until it is whole again.</summary>
    public static void EncodeStale(TokenId token, long since, string reason, IBufferWriter<byte> frame)
    {
        var output = Begin(frame, "{\"type\":\"gateway.stale\",\"event_type\":\"gateway.stale\",\"asset_id\":"u8, token);
        Time(ref output, ",\"since\":\""u8, since);
        output.Raw(",\"reason\":"u8);
        output.Text(reason);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>Changes of this token between these times were missed, and nobody tells them again.</summary>
    public static void EncodeGap(TokenId token, long from, long to, string reason, IBufferWriter<byte> frame)
    {
        var output = Begin(frame, "{\"type\":\"gateway.gap\",\"event_type\":\"gateway.gap\",\"asset_id\":"u8, token);
        Time(ref output, ",\"from\":\""u8, from);
        Time(ref output, ",\"to\":\""u8, to);
        output.Raw(",\"reason\":"u8);
        output.Text(reason);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>The book is whole again; it follows.</summary>
    public static void EncodeResync(TokenId token, long timestamp, bool fromRest, IBufferWriter<byte> frame)
    {
        var output = Begin(frame, "{\"type\":\"gateway.resync\",\"event_type\":\"gateway.resync\",\"asset_id\":"u8, token);
        Time(ref output, ",\"timestamp\":\""u8, timestamp);
        output.Raw(fromRest ? ",\"source\":\"rest\"}"u8 : ",\"source\":\"stream\"}"u8);
        output.Done();
    }

    private static JsonOutput Begin(IBufferWriter<byte> frame, ReadOnlySpan<byte> head, TokenId token)
    {
        var output = new JsonOutput(frame);
        output.Raw(head);
        output.Quoted(token);
        return output;
    }

    private static void Time(ref JsonOutput output, ReadOnlySpan<byte> name, long time)
    {
        output.Raw(name);
        output.Number(time);
        output.Raw("\""u8);
    }
}
