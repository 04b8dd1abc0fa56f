using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Polygon;

// The blocks that eth_getLogs is asked for, with the refusals that public nodes give.
internal static class LogRange
{
    private const int MostBlocks = 10_000;

    public static IEnumerable<Block> Of(JsonElement filter, Chain chain)
    {
        if (filter.TryGetProperty("blockHash", out var hash) && hash.ValueKind != JsonValueKind.Null)
        {
            if (filter.TryGetProperty("fromBlock", out _) || filter.TryGetProperty("toBlock", out _))
                throw RpcException.InvalidParams("invalid argument 0: cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other");
            return [(Word.TryParse(hash.ToString(), out var word) ? chain.BlockOf(word) : null) ?? throw new RpcException(-32000, "unknown block")];
        }
        var from = filter.TryGetProperty("fromBlock", out var first) ? Number(first, chain) : chain.Head.Number;
        var to = filter.TryGetProperty("toBlock", out var last) ? Number(last, chain) : chain.Head.Number;
        // A node that lags behind the one that pushed the block says the same.
        if (from > to || to > chain.Head.Number) throw new RpcException(-32000, "invalid block range params");
        if (to - from >= MostBlocks) throw new RpcException(-32602, $"exceed maximum block range: {MostBlocks}");
        // Below the first block of this run nothing ever traded; what was there and has been dropped must not look like that.
        if (to >= chain.Start && from < chain.FirstKept && chain.FirstKept > chain.Start) throw new RpcException(-32701, "History has been pruned for this block");
        return Blocks(Math.Max(from, chain.FirstKept), to, chain);
    }

    public static long Number(JsonElement json, Chain chain) => json.ValueKind == JsonValueKind.Null ? chain.Head.Number : json.ToString() switch
    {
        "latest" or "pending" => chain.Head.Number,
        "safe" or "finalized" => Math.Max(chain.Start, chain.Head.Number - 2),
        "earliest" => chain.FirstKept,
        _ => RpcRequest.Quantity(json),
    };

    private static IEnumerable<Block> Blocks(long from, long to, Chain chain)
    {
        for (var number = from; number <= to; number++)
            if (chain[number] is { } block) yield return block;
    }
}
