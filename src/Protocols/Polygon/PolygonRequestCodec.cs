using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Json;

namespace Oddswire.Protocols.Polygon;

/// <summary>JSON-RPC requests to a Polygon node. The caller numbers them and knows by the number what an answer is to.</summary>
public static class PolygonRequestCodec
{
    public static void EncodeSubscribeLogs(long id, LogFilter filter, IBufferWriter<byte> frame)
    {
        var output = Begin(id, "eth_subscribe"u8, frame);
        output.Raw("\"logs\",{"u8);
        Filter(ref output, filter);
        End(ref output);
    }

    public static void EncodeUnsubscribe(long id, string subscription, IBufferWriter<byte> frame)
    {
        var output = Begin(id, "eth_unsubscribe"u8, frame);
        output.Text(subscription);
        End(ref output);
    }

    /// <summary>Both blocks included.</summary>
    public static void EncodeGetLogs(long id, LogFilter filter, long fromBlock, long toBlock, IBufferWriter<byte> frame)
    {
        var output = Begin(id, "eth_getLogs"u8, frame);
        output.Raw("{\"fromBlock\":"u8);
        output.Quoted(new HexQuantity(fromBlock));
        output.Raw(",\"toBlock\":"u8);
        output.Quoted(new HexQuantity(toBlock));
        output.Raw(","u8);
        Filter(ref output, filter);
        End(ref output);
    }

    public static void EncodeBlockNumber(long id, IBufferWriter<byte> frame)
    {
        var output = Begin(id, "eth_blockNumber"u8, frame);
        End(ref output);
    }

    /// <summary>The header, for its time; transactions as hashes only.</summary>
    public static void EncodeGetBlock(long id, long block, IBufferWriter<byte> frame)
    {
        var output = Begin(id, "eth_getBlockByNumber"u8, frame);
        output.Quoted(new HexQuantity(block));
        output.Raw(",false"u8);
        End(ref output);
    }

    public static void EncodeGetReceipt(long id, TxHash tx, IBufferWriter<byte> frame)
    {
        var output = Begin(id, "eth_getTransactionReceipt"u8, frame);
        output.Quoted(tx);
        End(ref output);
    }

    private static JsonOutput Begin(long id, ReadOnlySpan<byte> method, IBufferWriter<byte> frame)
    {
        var output = new JsonOutput(frame);
        output.Raw("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Number(id);
        output.Raw(",\"method\":\""u8);
        output.Raw(method);
        output.Raw("\",\"params\":["u8);
        return output;
    }

    private static void End(ref JsonOutput output)
    {
        output.Raw("]}"u8);
        output.Done();
    }

    // Topics by position: the event, any order hash, the makers.
    private static void Filter(ref JsonOutput output, LogFilter filter)
    {
        output.Raw("\"address\":"u8);
        List(ref output, filter.Contracts);
        output.Raw(",\"topics\":["u8);
        if (filter.Events.Length == 1) output.Quoted(filter.Events[0]);
        else List(ref output, filter.Events);
        if (filter.Makers.Length > 0)
        {
            output.Raw(",null,["u8);
            for (var i = 0; i < filter.Makers.Length; i++)
            {
                if (i > 0) output.Raw(","u8);
                output.Quoted(filter.Makers[i].ToWord());
            }
            output.Raw("]"u8);
        }
        output.Raw("]}"u8);
    }

    private static void List<T>(ref JsonOutput output, ImmutableArray<T> values) where T : struct, IWireText<T>
    {
        output.Raw("["u8);
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) output.Raw(","u8);
            output.Quoted(values[i]);
        }
        output.Raw("]"u8);
    }
}
