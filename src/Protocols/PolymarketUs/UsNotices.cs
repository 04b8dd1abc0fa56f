using System.Buffers;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>What the markets socket has no word for, told to clients that opened it with ?ext=1.</summary>
public static class UsNotices
{
    /// <summary>Open while it lasts, then lost: a book comes again as it is, trades of that time do not.</summary>
    public static void EncodeGap(UsMarketNews.Gap gap, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"type\":\"gateway.gap\",\"subscriptionType\":\""u8);
        output.Raw(gap.Type.Name());
        output.Raw("\",\"marketSlug\":"u8);
        output.Text(gap.Slug);
        output.Raw(",\"from\":\""u8);
        output.Number(gap.From);
        output.Raw("\",\"to\":"u8);
        if (gap.To is { } to)
        {
            output.Raw("\""u8);
            output.Number(to);
            output.Raw("\""u8);
        }
        else
        {
            output.Raw("null"u8);
        }
        output.Raw(",\"reason\":"u8);
        output.Text(gap.Reason);
        output.Raw(gap.To is null ? ",\"state\":\"open\"}"u8 : ",\"state\":\"lost\"}"u8);
        output.Done();
    }
}
