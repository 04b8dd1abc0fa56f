using System.Text.Json;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Polygon;

// The methods that need no connection, the same over a socket and over POST.
internal sealed class PolygonMethods(Func<Chain> chain)
{
    // A range whose answer would be larger is refused, as nodes do; the caller asks for less.
    private const int MostLogs = 50_000;

    public void Call(RpcRequest request, Utf8JsonWriter json)
    {
        switch (request.Method)
        {
            case "eth_chainId":
                json.WriteStringValue("0x89"u8);
                break;
            case "eth_blockNumber":
                json.WriteHexValue(chain().Head.Number);
                break;
            case "eth_getBlockByNumber":
                GetBlock(request, json);
                break;
            case "eth_getTransactionReceipt":
                GetReceipt(request, json);
                break;
            case "eth_getLogs":
                GetLogs(request, json);
                break;
            case "eth_subscribe" or "eth_unsubscribe":
                throw new RpcException(-32601, "notifications not supported");
            default:
                throw new RpcException(-32601, $"the method {Short(request.Method)} does not exist/is not available");
        }
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80];

    private void GetBlock(RpcRequest request, Utf8JsonWriter json)
    {
        var number = LogRange.Number(request.Required(0), chain());
        var full = request.Param(1) is { ValueKind: JsonValueKind.True };
        if (chain()[number] is { } block) BlockWriter.WriteBlock(json, block, full);
        else json.WriteNullValue();
    }

    private void GetReceipt(RpcRequest request, Utf8JsonWriter json)
    {
        if (!Word.TryParse(request.Required(0).ToString(), out var hash)) throw RpcException.InvalidParams("invalid argument 0: expected a hash of 32 bytes");
        if (chain().Transaction(hash) is { } settlement) BlockWriter.WriteReceipt(json, settlement);
        else json.WriteNullValue();
    }

    private void GetLogs(RpcRequest request, Utf8JsonWriter json)
    {
        var filter = LogFilter.Parse(request.Required(0));
        var matches = 0;
        json.WriteStartArray();
        foreach (var settlement in LogRange.Of(request.Required(0), chain()).SelectMany(block => block.Settlements))
        {
            foreach (var log in settlement.Logs)
            {
                var entry = LogEntry.Of(settlement, log);
                if (!filter.Matches(entry)) continue;
                if (++matches > MostLogs) throw new RpcException(-32005, $"query returned more than {MostLogs} results");
                entry.Write(json, removed: false);
            }
        }
        json.WriteEndArray();
    }
}
