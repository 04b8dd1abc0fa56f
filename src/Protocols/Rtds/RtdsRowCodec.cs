using System.Buffers;
using System.Text;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Ethereum;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Rtds;

/// <summary>
/// An activity row as the gateway sends it: a head made once per connection, a body made once per fill and shared by all who get it, and a
/// tail that says under which type it comes. Profiles are never kept, so their texts are empty.
/// </summary>
public static class RtdsRowCodec
{
    // What the venue writes itself where it does not say which outcome it was.
    private const int UnknownOutcome = 999;

    public static ReadOnlySpan<byte> TradesTail => "\"trades\"}"u8;

    public static ReadOnlySpan<byte> OrdersMatchedTail => "\"orders_matched\"}"u8;

    public static byte[] Head(string connection) => Encoding.ASCII.GetBytes($$"""{"connection_id":"{{connection}}",""");

    /// <param name="now">When it is sent, in Unix milliseconds.</param>
    public static void EncodeBody(Fill fill, long now, IBufferWriter<byte> body)
    {
        Span<byte> address = stackalloc byte[ChecksumAddress.Length];
        ChecksumAddress.Write(fill.User, address);
        var output = new JsonOutput(body);
        var market = fill.Market;
        output.Raw("\"payload\":{\"asset\":"u8);
        output.Quoted(fill.Token);
        output.Raw(",\"bio\":\"\",\"conditionId\":"u8);
        output.QuotedOrEmpty(market.Condition);
        output.Raw(",\"eventSlug\":"u8);
        output.Text(market.EventSlug);
        output.Raw(",\"icon\":\"\",\"name\":\"\",\"outcome\":"u8);
        output.Text(market.Label);
        output.Raw(",\"outcomeIndex\":"u8);
        output.Number(market.Outcome ?? UnknownOutcome);
        output.Raw(",\"price\":"u8);
        output.Bare(fill.Price);
        output.Raw(",\"profileImage\":\"\",\"proxyWallet\":\""u8);
        output.Raw(address);
        output.Raw("\",\"pseudonym\":\"\",\"side\":"u8);
        output.Raw(fill.Side == Side.Buy ? "\"BUY\",\"size\":"u8 : "\"SELL\",\"size\":"u8);
        output.Bare(fill.Shares);
        output.Raw(",\"slug\":"u8);
        output.Text(market.Slug);
        output.Raw(",\"timestamp\":"u8);
        output.Number(fill.Timestamp);
        output.Raw(",\"title\":"u8);
        output.Text(market.Title);
        output.Raw(",\"transactionHash\":"u8);
        output.Quoted(fill.Tx);
        output.Raw("},\"timestamp\":"u8);
        output.Number(now);
        output.Raw(",\"topic\":\"activity\",\"type\":"u8);
        output.Done();
    }
}
