using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Runtime.Persistence;
using static Oddswire.Actors.EventJson;

namespace Oddswire.Actors.Subscriptions;

/// <summary>Durable subscriptions in the journal: JSON that a person can read.</summary>
public sealed class DurableCodec : IEventCodec<DurableEvent, DurableState>
{
    public void WriteEvent(DurableEvent e, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("time", e.Time);
        if (e.Why is { } why)
        {
            json.WritePropertyName("why");
            WriteCommand(json, why);
        }
        switch (e)
        {
            case DurableEvent.Created created:
                json.WriteString("created", created.Name);
                json.WritePropertyName("filter");
                FilterJson.Write(json, created.Filter);
                json.WriteString("from", created.From.ToString());
                json.WriteString("head", created.Head.ToString());
                break;
            case DurableEvent.Refiltered refiltered:
                json.WriteNumber("refiltered", refiltered.At);
                FilterJson.Write(json, refiltered.Change);
                break;
            case DurableEvent.Renamed renamed:
                json.WriteString("renamed", renamed.Name);
                break;
            case DurableEvent.Paused:
                json.WriteBoolean("paused", true);
                break;
            case DurableEvent.Resumed resumed:
                json.WriteString("resumed", resumed.From?.ToString() ?? "");
                break;
            case DurableEvent.Acknowledged acknowledged:
                json.WriteString("acknowledged", acknowledged.Position.ToString());
                break;
            case DurableEvent.Expired expired:
                json.WriteString("expired", expired.Oldest.ToString());
                break;
            case DurableEvent.Closed:
                json.WriteBoolean("closed", true);
                break;
        }
        json.WriteEndObject();
    }

    public DurableEvent ReadEvent(ReadOnlySpan<byte> bytes)
    {
        using var document = Parse(bytes);
        var root = document.RootElement;
        var time = Number(root, "time");
        var why = root.TryGetProperty("why", out var command) ? ReadCommand(command) : null;
        // What happened is the property after these two.
        foreach (var happened in root.EnumerateObject())
        {
            switch (happened.Name)
            {
                case "created":
                    return new DurableEvent.Created(time, why, happened.Value.GetString()!, FilterJson.Read(root.GetProperty("filter")), PositionIn(root, "from"), PositionIn(root, "head"));
                case "refiltered":
                    return new DurableEvent.Refiltered(time, why, FilterJson.ReadChange(root), happened.Value.GetInt64());
                case "renamed":
                    return new DurableEvent.Renamed(time, why, happened.Value.GetString()!);
                case "paused":
                    return new DurableEvent.Paused(time, why);
                case "resumed":
                    return new DurableEvent.Resumed(time, why, happened.Value.GetString() is { Length: > 0 } from ? WireText.Parse<Position>(from) : null);
                case "acknowledged":
                    return new DurableEvent.Acknowledged(time, why, PositionIn(root, "acknowledged"));
                case "expired":
                    return new DurableEvent.Expired(time, why, PositionIn(root, "expired"));
                case "closed":
                    return new DurableEvent.Closed(time, why);
            }
        }
        throw new InvalidDataException("an event of a subscription that says nothing known");
    }

    public void WriteState(DurableState state, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteString("owner", state.Owner);
        json.WriteString("name", state.Name);
        json.WriteString("status", state.Status switch
        {
            SubscriptionState.Active => "active",
            SubscriptionState.Paused => "paused",
            SubscriptionState.Expired => "expired",
            SubscriptionState.Closed => "closed",
        });
        json.WriteStartArray("filters");
        foreach (var span in state.Filters)
        {
            json.WriteStartObject();
            json.WriteNumber("after", span.After);
            json.WritePropertyName("filter");
            FilterJson.Write(json, span.Filter);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("acknowledged", state.Acknowledged.ToString());
        json.WriteString("head", state.HeadAtCreation.ToString());
        json.WriteNumber("created", state.CreatedAt);
        json.WriteStartArray("commands");
        foreach (var command in state.Commands)
            WriteCommand(json, command);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public DurableState ReadState(ReadOnlySpan<byte> bytes)
    {
        using var document = Parse(bytes);
        var root = document.RootElement;
        return new(
            Text(root, "owner"),
            Text(root, "name"),
            Text(root, "status") switch
            {
                "active" => SubscriptionState.Active,
                "paused" => SubscriptionState.Paused,
                "expired" => SubscriptionState.Expired,
                "closed" => SubscriptionState.Closed,
                var other => throw new InvalidDataException($"a subscription cannot be '{other}'"),
            },
            [.. root.GetProperty("filters").EnumerateArray().Select(static span => new FilterSpan(Number(span, "after"), FilterJson.Read(span.GetProperty("filter"))))],
            PositionIn(root, "acknowledged"),
            PositionIn(root, "head"),
            Number(root, "created"),
            [.. root.GetProperty("commands").EnumerateArray().Select(ReadCommand)]);
    }

    private static void WriteCommand(Utf8JsonWriter json, Command command)
    {
        json.WriteStartObject();
        json.WriteString("id", command.Id);
        json.WriteString("fingerprint", command.Fingerprint);
        json.WriteString("key", command.Key);
        json.WriteString("address", command.Address);
        json.WriteEndObject();
    }

    private static Command ReadCommand(JsonElement command) => new(Text(command, "id"), Text(command, "fingerprint"), Text(command, "key"), Text(command, "address"));

    private static Position PositionIn(JsonElement element, string name) => WireText.Parse<Position>(Text(element, name));
}
