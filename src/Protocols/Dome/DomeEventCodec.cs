using System.Buffers;
using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>What an event says beside its data to clients that asked for more (?ext=1).</summary>
[Flags]
public enum EventMarks
{
    None = 0,

    /// <summary>Found late and put at the end of the tape: nobody should act on it as if it were news.</summary>
    Late = 1,

    /// <summary>Sent on a resume, perhaps for the second time.</summary>
    Replayed = 2,
}

/// <summary>
/// The hot path. An event frame is three pieces: a prefix made once per subscription, the data object made once per fill (or taken from the frame in which it came)
/// and shared by all who get it (the REST rows too), and a suffix that is one byte for native clients.
/// </summary>
public static class DomeEventCodec
{
    /// <summary>The suffix of native clients.</summary>
    public static ReadOnlySpan<byte> NativeSuffix => "}"u8;

    /// <summary>No suffix is longer.</summary>
    public const int MaxSuffix = 96;

    public static byte[] Prefix(SubscriptionId subscription) =>
        Encoding.ASCII.GetBytes($$"""{"type":"event","subscription_id":"{{subscription}}","data":""");

    /// <summary>The 16 fields. What is not known: "" for the market's texts, null for what only the chain tells.</summary>
    public static void EncodeData(Fill fill, IBufferWriter<byte> data)
    {
        var output = new JsonOutput(data);
        var market = fill.Market;
        output.Raw("{\"token_id\":"u8);
        output.Quoted(fill.Token);
        output.Raw(",\"token_label\":"u8);
        output.Text(market.Label);
        output.Raw(fill.Side == Side.Buy ? ",\"side\":\"BUY\",\"market_slug\":"u8 : ",\"side\":\"SELL\",\"market_slug\":"u8);
        output.Text(market.Slug);
        output.Raw(",\"condition_id\":"u8);
        if (market.Condition is { } condition) output.Quoted(condition);
        else output.Raw("\"\""u8);
        output.Raw(",\"shares\":"u8);
        output.Number(fill.Shares.Micros);
        output.Raw(",\"shares_normalized\":"u8);
        output.Bare(fill.Shares);
        output.Raw(",\"price\":"u8);
        output.Bare(fill.Price);
        output.Raw(",\"block_number\":"u8);
        output.NumberOrNull(fill.Block);
        output.Raw(",\"log_index\":"u8);
        output.NumberOrNull(fill.LogIndex);
        output.Raw(",\"tx_hash\":"u8);
        output.Quoted(fill.Tx);
        output.Raw(",\"title\":"u8);
        output.Text(market.Title);
        output.Raw(",\"timestamp\":"u8);
        output.Number(fill.Timestamp);
        output.Raw(",\"order_hash\":"u8);
        output.QuotedOrNull(fill.Order);
        output.Raw(",\"user\":"u8);
        output.Quoted(fill.User);
        output.Raw(",\"taker\":"u8);
        output.QuotedOrNull(fill.Taker);
        output.Raw("}"u8);
        output.Done();
    }

    /// <summary>
    /// The suffix for ?ext=1. No position while the tape cannot be written: the event is real, but it is no cursor.
    /// Returns the length; <paramref name="suffix"/> holds at least <see cref="MaxSuffix"/> bytes.
    /// </summary>
    public static int WriteSuffix(Position? position, EventMarks marks, Span<byte> suffix)
    {
        var length = 0;
        if (position is { } known)
        {
            Append(",\"position\":\""u8, suffix, ref length);
            known.TryFormat(suffix[length..], out var written);
            length += written;
            Append("\""u8, suffix, ref length);
        }
        else
        {
            Append(",\"position\":null"u8, suffix, ref length);
        }
        if ((marks & EventMarks.Late) != EventMarks.None) Append(",\"late\":true"u8, suffix, ref length);
        if ((marks & EventMarks.Replayed) != EventMarks.None) Append(",\"replayed\":true"u8, suffix, ref length);
        Append("}"u8, suffix, ref length);
        return length;
    }

    private static void Append(ReadOnlySpan<byte> text, Span<byte> suffix, ref int length)
    {
        text.CopyTo(suffix[length..]);
        length += text.Length;
    }
}
