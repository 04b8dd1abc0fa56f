using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Faults;
using Oddswire.Simulator.World;

namespace Oddswire.Simulator.Venues.PolymarketUs;

// What both US sockets have in common: the door, heartbeats, and the words of refusals.
internal abstract class UsVenue(string name, string path, VenueFaults faults, Agenda agenda, IReadOnlyList<UsKey> keys) : SocketVenue(name, faults, agenda)
{
    // Official SDKs keep nothing of an address but its origin.
    public override string Path => path;

    public override void WriteSubscriptions(Utf8JsonWriter json)
    {
        foreach (var connection in Connections.Cast<UsConnection>())
        {
            foreach (var subscription in connection.Subscriptions)
            {
                json.WriteStartObject();
                json.WriteNumber("connection", connection.Id);
                json.WriteString("request_id", subscription.RequestId);
                json.WriteString("subscription_type", UsSubscription.NamePrefix + subscription.Type);
                json.WriteStartArray("market_slugs");
                foreach (var slug in subscription.Slugs) json.WriteStringValue(slug);
                json.WriteEndArray();
                json.WriteBoolean("responses_debounced", subscription.Debounced);
                json.WriteEndObject();
            }
        }
    }

    protected override Refusal? Refuse(Dial dial) => UsDoor.Opens(dial, path, keys, Agenda.Now) ? null : new Refusal(401, "UNAUTHORIZED", "Unauthorized");

    // Known of 429; we choose it for the others.
    protected override ReadOnlyMemory<byte>? Body(Refusal refusal)
    {
        var message = refusal.Status switch { 401 => "Unauthorized", 403 => "Forbidden", 429 => "Too Many Requests", 503 => "Service Unavailable", _ => "Error" };
        return Encoding.UTF8.GetBytes($"{{\"status\":{refusal.Status},\"message\":\"{message}\"}}");
    }

    protected override void Opened(Connection connection) => ((UsConnection)connection).PlanHeartbeat();
}
