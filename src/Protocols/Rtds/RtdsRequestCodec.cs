using System.Buffers;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Rtds;

/// <summary>What a client sends to RTDS.</summary>
public static class RtdsRequestCodec
{
    /// <summary>A text frame, due every 5 s: without it the data stops silently after some minutes.</summary>
    public static ReadOnlySpan<byte> Ping => "PING"u8;

    public static void EncodeSubscribe(ReadOnlySpan<RtdsInterest> interests, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"action\":\"subscribe\",\"subscriptions\":["u8);
        for (var i = 0; i < interests.Length; i++)
        {
            output.Raw(i == 0 ? "{\"topic\":"u8 : ",{\"topic\":"u8);
            output.Text(interests[i].Topic);
            output.Raw(",\"type\":"u8);
            output.Text(interests[i].Type);
            if (interests[i].Filters is { } filters)
            {
                output.Raw(",\"filters\":"u8);
                output.Text(filters);
            }
            output.Raw("}"u8);
        }
        output.Raw("]}"u8);
        output.Done();
    }
}
