using System.Text.Json;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Values;
using static Oddswire.Actors.EventJson;

namespace Oddswire.Actors.Ledger;

/// <summary>What clients did, and the heads of streams.</summary>
public sealed partial class LedgerCodec
{
    public static string Name(Deed deed) => deed switch
    {
        Deed.Opened => "opened",
        Deed.Changed => "changed",
        Deed.Closed => "closed",
        Deed.Refused => "refused",
    };

    public static string Name(ActSubject subject) => subject switch
    {
        ActSubject.Subscription => "subscription",
        ActSubject.Connection => "connection",
        ActSubject.Key => "key",
    };

    private static void Write(Utf8JsonWriter json, LedgerEvent.Acted acted)
    {
        if (acted.Subject != ActSubject.Subscription)
            json.WriteString("about", Name(acted.Subject));
        json.WriteString("key", acted.Key);
        json.WriteString("address", acted.Address);
        json.WriteString("protocol", acted.Protocol);
        json.WriteStartArray("subscriptions");
        foreach (var subscription in acted.Subscriptions)
            json.WriteStringValue(subscription.ToString());
        json.WriteEndArray();
        json.WritePropertyName("command");
        json.WriteRawValue(acted.Command, skipInputValidation: true);
        if (acted.Reason is not null)
            json.WriteString("reason", acted.Reason);
        if (acted.Detail is not null)
            json.WriteString("detail", acted.Detail);
        if (acted.Times > 1)
            json.WriteNumber("times", acted.Times);
    }

    private static LedgerEvent.Acted ReadAct(JsonElement root, long time, string? deed) => new(
        time,
        deed switch
        {
            "opened" => Deed.Opened,
            "changed" => Deed.Changed,
            "closed" => Deed.Closed,
            "refused" => Deed.Refused,
            _ => throw new InvalidDataException($"nobody can have '{deed}' a subscription"),
        },
        Text(root, "key"),
        Text(root, "address"),
        Text(root, "protocol"),
        [.. root.GetProperty("subscriptions").EnumerateArray().Select(static id => WireText.Parse<SubscriptionId>(id.GetString()!))],
        root.GetProperty("command").GetRawText(),
        OptionalText(root, "reason"),
        OptionalText(root, "detail"),
        root.TryGetProperty("times", out var times) ? times.GetInt32() : 1)
    {
        Subject = OptionalText(root, "about") switch
        {
            null => ActSubject.Subscription,
            "connection" => ActSubject.Connection,
            "key" => ActSubject.Key,
            var other => throw new InvalidDataException($"nobody can act on '{other}'"),
        },
    };

    private static void Write(Utf8JsonWriter json, StreamHead head)
    {
        json.WriteStartObject();
        json.WriteString("stream", head.Stream);
        json.WriteNumber("sequence", head.Sequence);
        json.WriteString("hash", Convert.ToHexStringLower(head.Hash.AsSpan()));
        json.WriteEndObject();
    }

    private static StreamHead ReadHead(JsonElement head) => new(Text(head, "stream"), Number(head, "sequence"), [.. Convert.FromHexString(Text(head, "hash"))]);
}
