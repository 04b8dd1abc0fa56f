using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.Dome;

// Dome's order stream as it was: an event for each OrderFilled log, once the block is there. It knows no retraction: a
// log that comes again after a reorg is an event again.
internal sealed class DomeVenue(long seed, Agenda agenda, VenueFaults faults, IReadOnlyList<DomeKey> keys) : SocketVenue("dome", faults, agenda)
{
    private readonly Random _ids = Seeds.Fork(seed, "dome subscriptions");
    private readonly JsonScratch _scratch = new();

    public override IReadOnlyList<string> Topics { get; } = ["orders"];

    public void Mined(Block block)
    {
        if (Connections.Count == 0) return;
        foreach (var log in block.Settlements.SelectMany(settlement => settlement.Logs))
        {
            if (log.Fill is not { } fill) continue;
            byte[]? data = null;
            foreach (var connection in Connections.Cast<DomeConnection>())
                connection.Push(fill.Execution, () => data ??= _scratch.Write((fill, Agenda.Now), static (json, row) => DomeEvent.Write(json, row.fill, row.Now)));
        }
    }

    public int SubscriptionsOf(DomeKey key) => Connections.Cast<DomeConnection>().Where(connection => connection.Key == key).Sum(connection => connection.SubscriptionCount);

    public override void WriteSubscriptions(Utf8JsonWriter json)
    {
        foreach (var connection in Connections.Cast<DomeConnection>())
        {
            foreach (var (id, filters) in connection.Subscriptions)
            {
                json.WriteStartObject();
                json.WriteNumber("connection", connection.Id);
                json.WriteString("subscription_id", id);
                json.WritePropertyName("filters");
                json.WriteRawValue(filters);
                json.WriteEndObject();
            }
        }
    }

    // The key is the first segment that is not empty: base addresses with a slash at the end make //KEY.
    protected override Refusal? Refuse(Dial dial) => KeyOf(dial) is null ? new Refusal(401, "INVALID_API_KEY", "the path has to be /KEY with a valid key") : null;

    protected override Connection Accept(int id, FaultLine line, Dial dial) => new DomeConnection(id, line, this, KeyOf(dial)!, Agenda, _ids);

    protected override void Opened(Connection connection) => ((DomeConnection)connection).PlanPing();

    private DomeKey? KeyOf(Dial dial)
    {
        var text = dial.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return keys.FirstOrDefault(key => key.Text == text);
    }
}
