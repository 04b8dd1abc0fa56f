using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Polygon;

// A node of the chain: JSON-RPC over a socket, with pushed logs and heads, and over POST.
internal sealed class PolygonVenue : SocketVenue, IAnswersHttp
{
    private readonly Random _ids;
    private readonly PolygonMethods _methods;
    private readonly Rpc _rpc;
    private readonly JsonScratch _scratch = new();

    public PolygonVenue(long seed, Agenda agenda, VenueFaults faults, Func<Chain> chain) : base("polygon", faults, agenda)
    {
        _ids = Seeds.Fork(seed, "polygon subscriptions");
        _methods = new PolygonMethods(chain);
        _rpc = new Rpc(_methods.Call);
    }

    public override IReadOnlyList<string> Topics { get; } = ["logs", "newHeads"];

    public void Mined(Block block)
    {
        if (Connections.Count == 0) return;
        var header = _scratch.Write(block, BlockWriter.WriteHeader);
        foreach (var connection in Connections.Cast<PolygonConnection>()) connection.PushHead(header);
        PushLogs(block, removed: false);
    }

    // What a reorg took back comes again, marked as removed.
    public void Unwound(Block block) => PushLogs(block, removed: true);

    public HttpAnswer Answer(HttpQuestion question) => question.Method == "POST"
        ? new HttpAnswer(200, _rpc.Answer(question.Body, out _) ?? default(ReadOnlyMemory<byte>))
        : HttpAnswer.Text(405, "POST a JSON-RPC call, or open a WebSocket");

    public override void WriteSubscriptions(Utf8JsonWriter json)
    {
        foreach (var connection in Connections.Cast<PolygonConnection>())
        {
            foreach (var (id, parameters) in connection.Subscriptions)
            {
                json.WriteStartObject();
                json.WriteNumber("connection", connection.Id);
                json.WriteString("subscription", id);
                json.WritePropertyName("params");
                json.WriteRawValue(parameters);
                json.WriteEndObject();
            }
        }
    }

    protected override Connection Accept(int id, FaultLine line, Dial dial) => new PolygonConnection(id, line, _methods, _ids);

    private void PushLogs(Block block, bool removed)
    {
        if (Connections.Count == 0) return;
        foreach (var settlement in block.Settlements)
        {
            foreach (var log in settlement.Logs)
            {
                var entry = LogEntry.Of(settlement, log);
                byte[]? text = null;
                foreach (var connection in Connections.Cast<PolygonConnection>())
                    connection.PushLog(entry, entry => text ??= _scratch.Write((entry, removed), static (json, log) => log.entry.Write(json, log.removed)));
            }
        }
    }
}
