using System.Buffers;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Dome;

/// <summary>The REST answers: rows are the data bytes of <see cref="DomeEventCodec"/> as they are.</summary>
public static class OrdersPageCodec
{
    /// <param name="rows">At most <see cref="OrdersQuery.MostRows"/> data objects, newest first.</param>
    /// <param name="next">The cursor behind the last row; null when there are no more.</param>
    public static void Encode(ReadOnlySpan<ReadOnlyMemory<byte>> rows, OrdersQuery query, long total, PaginationKey? next, IBufferWriter<byte> body)
    {
        var output = new JsonOutput(body);
        output.Raw("{\"orders\":["u8);
        for (var i = 0; i < rows.Length; i++)
        {
            if (i > 0) output.Raw(","u8);
            output.Raw(rows[i].Span);
        }
        output.Raw("],\"pagination\":{\"limit\":"u8);
        output.Number(query.Limit);
        output.Raw(",\"offset\":"u8);
        output.Number(query.Offset);
        output.Raw(",\"total\":"u8);
        output.Number(total);
        output.Raw(next is null ? ",\"has_more\":false,\"pagination_key\":"u8 : ",\"has_more\":true,\"pagination_key\":"u8);
        output.TextOrNull(next?.ToString());
        output.Raw("}}"u8);
        output.Done();
    }

    public static void EncodeError(RestError error, IBufferWriter<byte> body)
    {
        var output = new JsonOutput(body);
        output.Raw("{\"error\":"u8);
        output.Text(error.Error);
        output.Raw(",\"message\":"u8);
        output.Text(error.Message);
        output.Raw("}"u8);
        output.Done();
    }
}
