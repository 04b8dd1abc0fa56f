using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Rtds;

// RTDS, activity topic: tells of each match about 1.9 s later, the taker under orders_matched, the taker and every maker
// row under trades.
internal sealed class RtdsVenue(long seed, Agenda agenda, VenueFaults faults) : SocketVenue("rtds", faults, agenda)
{
    private const string OrdersMatched = "orders_matched";
    private const string Trades = "trades";

    private readonly RtdsRow _row = new();
    private readonly Random _delays = Seeds.Fork(seed, "rtds delays");
    private readonly Random _names = Seeds.Fork(seed, "rtds connections");

    public override IReadOnlyList<string> Topics { get; } =
        ["activity", OrdersMatched, Trades, $"activity/{OrdersMatched}", $"activity/{Trades}"];

    // Matches that it has yet to tell of.
    public int InFlight { get; private set; }

    public void Matched(Match match)
    {
        InFlight++;
        Agenda.After(TimeSpan.FromSeconds(1.65 + (0.5 * _delays.NextDouble())), () => Publish(match));
    }

    public override void WriteSubscriptions(Utf8JsonWriter json)
    {
        foreach (var connection in Connections.Cast<RtdsConnection>())
        {
            foreach (var (topic, type, filters) in connection.Subscriptions)
            {
                json.WriteStartObject();
                json.WriteNumber("connection", connection.Id);
                json.WriteString("topic", topic);
                json.WriteString("type", type);
                json.WriteString("filters", filters);
                json.WriteEndObject();
            }
        }
    }

    protected override Connection Accept(int id, FaultLine line, Dial dial) => new RtdsConnection(id, line, Agenda, _names);

    private void Publish(Match match)
    {
        InFlight--;
        if (Connections.Count == 0) return;
        Push(match, match.Taker, OrdersMatched);
        Push(match, match.Taker, Trades);
        foreach (var maker in match.Makers) Push(match, maker, Trades);
    }

    private void Push(Match match, Execution execution, string type)
    {
        ReadOnlyMemory<byte>? row = null;
        foreach (var connection in Connections.Cast<RtdsConnection>())
        {
            if (!connection.Wants(type, match.Market)) continue;
            row ??= _row.Write(match, execution, type, Agenda.Now);
            connection.Push(type == Trades ? $"activity/{Trades}" : $"activity/{OrdersMatched}", row.Value);
        }
    }
}
