using System.Text.Json;

namespace Oddswire.Simulator.Venues.PolymarketUs;

internal enum UsAction { Subscribe, Unsubscribe, Heartbeat }

// A client's frame that is JSON, read as strictly as the venue reads it: camelCase with names or snake_case with numbers, each field once,
// none that is not known. Of a type that the socket has no number for: an empty one.
internal sealed record UsRequest(UsAction Action, string RequestId, string Type, IReadOnlyList<string> Slugs, bool Debounced)
{
    // Null: the frame is invalid.
    public static UsRequest? Parse(ReadOnlyMemory<byte> text, IReadOnlyList<string> types)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Object || json.RootElement.GetPropertyCount() != 1) return null;
            var request = json.RootElement.EnumerateObject().First();
            if (request.Value.ValueKind != JsonValueKind.Object) return null;
            return request.Name switch
            {
                "subscribe" => Read(UsAction.Subscribe, request.Value, types),
                "unsubscribe" => Read(UsAction.Unsubscribe, request.Value, types),
                "heartbeat" when request.Value.GetPropertyCount() == 0 => new UsRequest(UsAction.Heartbeat, "", "", [], false),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static UsRequest? Read(UsAction action, JsonElement json, IReadOnlyList<string> types)
    {
        var read = new UsRequest(action, "", "", [], false);
        var seen = new HashSet<string>();
        foreach (var field in json.EnumerateObject())
        {
            var name = field.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
            if (!IsKnown(action, field.Name) || !seen.Add(name)) return null;
            var next = name switch
            {
                "requestid" when field.Value.ValueKind == JsonValueKind.String => read with { RequestId = field.Value.GetString()! },
                "subscriptiontype" when TypeOf(field.Value, types) is { } type => read with { Type = type },
                "marketslugs" when Texts(field.Value) is { } slugs => read with { Slugs = slugs },
                "responsesdebounced" when field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False => read with { Debounced = field.Value.GetBoolean() },
                _ => null,
            };
            if (next is null) return null;
            read = next;
        }
        return read.RequestId.Length > 0 ? read : null;
    }

    private static bool IsKnown(UsAction action, string name) => name switch
    {
        "requestId" or "request_id" => true,
        "subscriptionType" or "subscription_type" or "marketSlugs" or "market_slugs" or "responsesDebounced" or "responses_debounced" => action == UsAction.Subscribe,
        _ => false,
    };

    private static string? TypeOf(JsonElement json, IReadOnlyList<string> types)
    {
        if (json.ValueKind == JsonValueKind.Number) return json.TryGetInt32(out var number) ? number > 0 && number <= types.Count ? types[number - 1] : "" : null;
        if (json.ValueKind != JsonValueKind.String) return null;
        var name = json.GetString()!;
        return name == UsSubscription.NamePrefix + "UNSPECIFIED" ? "" : types.FirstOrDefault(type => name == UsSubscription.NamePrefix + type);
    }

    private static string[]? Texts(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array) return null;
        var texts = json.EnumerateArray().ToList();
        return texts.TrueForAll(static text => text.ValueKind == JsonValueKind.String) ? [.. texts.Select(static text => text.GetString()!)] : null;
    }
}
