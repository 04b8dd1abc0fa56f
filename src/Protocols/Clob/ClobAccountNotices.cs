using System.Buffers;
using Oddswire.Messages.Accounts;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Clob;

/// <summary>What the user channel has no word for, told to clients that opened it with ?ext=1. Both a type and an event_type, as on the market channel.</summary>
public static class ClobAccountNotices
{
    /// <summary>So many events follow that are the last known state of orders and trades, and none of them is news.</summary>
    public static void EncodeJoined(string account, int held, bool isLive, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"type\":\"gateway.account\",\"event_type\":\"gateway.account\",\"account\":"u8);
        output.Text(account);
        output.Raw(",\"held\":"u8);
        output.Number(held);
        output.Raw(isLive ? ",\"state\":\"live\"}"u8 : ",\"state\":\"connecting\"}"u8);
        output.Done();
    }

    /// <summary>Open while it lasts, then lost: the venue replays nothing.</summary>
    public static void EncodeGap(AccountGap gap, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"type\":\"gateway.gap\",\"event_type\":\"gateway.gap\",\"account\":"u8);
        output.Text(gap.Account);
        output.Raw(",\"from\":\""u8);
        output.Number(gap.From);
        if (gap.To is { } to)
        {
            output.Raw("\",\"to\":\""u8);
            output.Number(to);
            output.Raw("\",\"reason\":"u8);
        }
        else
        {
            output.Raw("\",\"to\":null,\"reason\":"u8);
        }
        output.Text(gap.Reason);
        output.Raw(gap.To is null ? ",\"state\":\"open\"}"u8 : ",\"state\":\"lost\"}"u8);
        output.Done();
    }
}
