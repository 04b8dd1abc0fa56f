using System.Buffers;
using System.Text;
using System.Text.Json;
using Oddswire.Actors.Ledger;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Retention;
using Oddswire.Messages.Orders;

namespace Oddswire.Host.Downstream;

/// <summary>From what the journal says to an entry of the audit trail. Every stream of ours has its words; of others nothing is told.</summary>
internal static class AuditReading
{
    private static readonly LedgerCodec Ledger = new();

    // What happened to a durable subscription is the property that its event has; these are the words of the API for it.
    private static readonly (string Property, string Kind)[] OfSubscriptions =
    [
        ("created", "subscription.opened"), ("refiltered", "subscription.changed"), ("renamed", "subscription.changed"), ("paused", "subscription.paused"),
        ("resumed", "subscription.resumed"), ("acknowledged", "subscription.acknowledged"), ("expired", "subscription.expired"), ("closed", "subscription.closed"),
    ];

    /// <summary>Null: none of ours. What cannot be read is an entry that says so: it must not hide the others.</summary>
    internal static AuditEntry? Of(JournalRow row)
    {
        try
        {
            return row.Entry.PersistenceId switch
            {
                LedgerActor.Stream => OfLedger(row),
                "keys" => OfKeys(row),
                Checkpoint.Stream => OfCut(row),
                var stream when stream.StartsWith("sub_", StringComparison.Ordinal) => OfSubscription(row, stream),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return new AuditEntry(row, 0, "unreadable") { Reason = "the entry cannot be read: oddswire journal verify" };
        }
    }

    private static AuditEntry OfLedger(JournalRow row) => Ledger.ReadEvent(row.Entry.Payload.Span) switch
    {
        LedgerEvent.Fact { Feed: "tape" } fact => new(row, fact.Time, "tape." + fact.Kind) { Reason = fact.Detail },
        LedgerEvent.Fact fact => new(row, fact.Time, "feed." + fact.Kind) { Feed = fact.Feed, Reason = fact.Detail, Command = Object(json => json.WriteString("feed", fact.Feed)) },
        LedgerEvent.GapChanged { Gap: var gap } changed => new(row, changed.Time > 0 ? changed.Time : gap.To ?? gap.From, gap.State switch
        {
            GapState.Open => "gap.opened",
            GapState.Filled => "gap.filled",
            GapState.Lost => "gap.lost",
        })
        { Feed = gap.Source, Reason = gap.Reason, Command = Object(json => json.WriteString("gap", gap.Id.ToString())) },
        LedgerEvent.Acted acted => new(row, acted.Time, $"{LedgerCodec.Name(acted.Subject)}.{LedgerCodec.Name(acted.Deed)}")
        {
            Key = acted.Key,
            Address = acted.Address,
            Protocol = acted.Protocol,
            Command = Of(acted),
            Reason = acted.Detail is null ? acted.Reason : $"{acted.Reason}: {acted.Detail}",
            Subscriptions = [.. acted.Subscriptions.Select(static id => id.ToString())],
        },
        LedgerEvent.Quarantined quarantined => new(row, quarantined.Time, "actor.quarantined") { Reason = quarantined.Cause, Command = Object(json => json.WriteString("actor", quarantined.Actor)) },
        LedgerEvent.Heads => new(row, TimeOf(row), "head") { Command = Without(row, "time") },
        LedgerEvent.Dropped dropped => new(row, dropped.Time, "audit.dropped") { Reason = $"{dropped.Entries} entries did not fit while the journal could not be written" },
        var other => throw new InvalidDataException($"nobody has a word for {other.GetType().Name}"),
    };

    private static string Of(LedgerEvent.Acted acted) => Object(json =>
    {
        using var command = JsonDocument.Parse(acted.Command);
        foreach (var field in command.RootElement.EnumerateObject())
            field.WriteTo(json);
        json.WriteStartArray("subscriptions");
        foreach (var id in acted.Subscriptions)
            json.WriteStringValue(id.ToString());
        json.WriteEndArray();
        if (acted.Times > 1)
            json.WriteNumber("times", acted.Times);
    });

    private static AuditEntry OfCut(JournalRow row)
    {
        var checkpoint = Checkpoint.Of(row.Entry.Payload);
        return new(row, checkpoint.Time, "journal.cut")
        {
            Command = Object(json =>
            {
                json.WriteNumber("entries", checkpoint.Entries);
                json.WriteNumber("streams", checkpoint.Bases.Length);
                json.WriteString("until", FeedsJson.Time(checkpoint.Until));
            }),
        };
    }

    private static AuditEntry OfKeys(JournalRow row)
    {
        using var document = JsonDocument.Parse(row.Entry.Payload);
        var e = document.RootElement;
        var added = e.TryGetProperty("added", out var key);
        return new(row, TimeOf(row), added ? "key.added" : "key.revoked")
        {
            Key = e.GetProperty("by").GetString(),
            Address = e.GetProperty("address").GetString(),
            Protocol = "http",
            // The hash of a key is nobody's business.
            Command = Object(json =>
            {
                if (!added)
                {
                    json.WriteString("name", e.GetProperty("revoked").GetString());
                    return;
                }
                foreach (var field in key.EnumerateObject().Where(static field => !field.NameEquals("sha256")))
                    field.WriteTo(json);
            }),
        };
    }

    private static AuditEntry OfSubscription(JournalRow row, string stream)
    {
        using var document = JsonDocument.Parse(row.Entry.Payload);
        var e = document.RootElement;
        var kind = OfSubscriptions.First(one => e.TryGetProperty(one.Property, out _)).Kind;
        var why = e.TryGetProperty("why", out var command) ? command : default;
        var known = why.ValueKind == JsonValueKind.Object;
        return new(row, TimeOf(row), kind)
        {
            Key = known ? why.GetProperty("key").GetString() : null,
            Address = known ? why.GetProperty("address").GetString() : null,
            Protocol = known ? why.GetProperty("id").GetString() is { Length: > 0 } ? "http" : "dome" : null,
            Command = Without(row, "time", "why"),
            Subscriptions = [stream],
        };
    }

    private static long TimeOf(JournalRow row)
    {
        using var document = JsonDocument.Parse(row.Entry.Payload);
        return document.RootElement.GetProperty("time").GetInt64();
    }

    /// <summary>The event as it stands in the journal, without what the entry says elsewhere; with the command's id, by which its giver knows it.</summary>
    private static string Without(JournalRow row, params ReadOnlySpan<string> names)
    {
        using var document = JsonDocument.Parse(row.Entry.Payload);
        var left = document.RootElement.EnumerateObject().ToList();
        foreach (var name in names)
            left.RemoveAll(field => field.NameEquals(name));
        return Object(json =>
        {
            if (document.RootElement.TryGetProperty("why", out var why) && why.GetProperty("id").GetString() is { Length: > 0 } id)
                json.WriteString("command_id", id);
            foreach (var field in left)
                field.WriteTo(json);
        });
    }

    private static string Object(Action<Utf8JsonWriter> fields)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
