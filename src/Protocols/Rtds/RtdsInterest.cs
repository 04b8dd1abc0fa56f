using System.Buffers;
using System.Text;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Rtds;

/// <summary>
/// One entry of a subscribe request. RTDS keeps one filter per topic and type on a connection, the last one wins, and it
/// knows no filter by wallet: who follows wallets takes everything.
/// </summary>
public sealed record RtdsInterest(string Topic, string Type, string? Filters = null)
{
    public static RtdsInterest Trades { get; } = new("activity", "trades");

    /// <summary>One row per transaction, the taker's. Trades has been silent while this was not, so both are wanted.</summary>
    public static RtdsInterest OrdersMatched { get; } = new("activity", "orders_matched");

    /// <summary>The same, for one event. The filter is compact JSON in a string: with spaces in it RTDS matches nothing.</summary>
    public RtdsInterest ForEvent(string slug)
    {
        var json = new ArrayBufferWriter<byte>();
        var output = new JsonOutput(json);
        output.Raw("{\"event_slug\":"u8);
        output.Text(slug);
        output.Raw("}"u8);
        output.Done();
        return this with { Filters = Encoding.UTF8.GetString(json.WrittenSpan) };
    }
}
