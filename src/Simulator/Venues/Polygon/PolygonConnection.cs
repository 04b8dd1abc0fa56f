using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;

namespace Oddswire.Simulator.Venues.Polygon;

// One JSON-RPC socket: the common methods, and subscriptions to logs and new heads.
internal sealed class PolygonConnection : Connection
{
    private const int MostSubscriptions = 128;

    private static readonly byte[] Tail = [.. "}}"u8];

    private readonly Random _random;
    private readonly PolygonMethods _methods;
    private readonly Rpc _rpc;
    private readonly List<(string Id, LogFilter? Logs, byte[] Head, string Params)> _subscriptions = [];

    public PolygonConnection(int id, FaultLine line, PolygonMethods methods, Random random) : base(id, line)
    {
        _methods = methods;
        _random = random;
        _rpc = new Rpc(Call);
    }

    // Filters may name many thousand wallets.
    public override int MessageLimit => 8 * 1024 * 1024;

    public IEnumerable<(string Id, string Params)> Subscriptions => _subscriptions.Select(subscription => (subscription.Id, subscription.Params));

    public void PushHead(ReadOnlyMemory<byte> header)
    {
        foreach (var subscription in _subscriptions)
            if (subscription.Logs is null) Send(ServerFrame.Data("newHeads", subscription.Head, header, Tail));
    }

    // The log is encoded when the first subscription wants it.
    public void PushLog(LogEntry log, Func<LogEntry, ReadOnlyMemory<byte>> encode)
    {
        foreach (var subscription in _subscriptions)
            if (subscription.Logs is { } filter && filter.Matches(log)) Send(ServerFrame.Data("logs", subscription.Head, encode(log), Tail));
    }

    protected override void OnText(ReadOnlyMemory<byte> text)
    {
        if (_rpc.Answer(text, out var method) is not { } answer) return;
        // Clients take eth_blockNumber for their heartbeat.
        Send(method == "eth_blockNumber" ? ServerFrame.Heartbeat(answer) : ServerFrame.Reply(answer));
    }

    private void Call(RpcRequest request, Utf8JsonWriter json)
    {
        if (request.Method == "eth_subscribe") json.WriteStringValue(Subscribe(request));
        else if (request.Method == "eth_unsubscribe") json.WriteBooleanValue(Unsubscribe(request));
        else _methods.Call(request, json);
    }

    private string Subscribe(RpcRequest request)
    {
        var filter = request.Required(0).ToString() switch
        {
            "newHeads" => null,
            "logs" => request.Param(1) is { } logs ? LogFilter.Parse(logs) : LogFilter.Parse(JsonElement.Parse("{}"u8)),
            var other => throw new RpcException(-32601, $"no \"{(other.Length > 40 ? other[..40] : other)}\" subscription in eth namespace"),
        };
        if (_subscriptions.Count >= MostSubscriptions) throw new RpcException(-32000, "too many subscriptions on this connection");
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        var id = "0x" + Convert.ToHexStringLower(bytes);
        var head = Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{{\"subscription\":\"{id}\",\"result\":");
        _subscriptions.Add((id, filter, head, request.Params.GetRawText()));
        return id;
    }

    private bool Unsubscribe(RpcRequest request)
    {
        var id = request.Required(0).ToString();
        return _subscriptions.RemoveAll(subscription => subscription.Id == id) > 0 ? true : throw new RpcException(-32000, "subscription not found");
    }
}
