using System.Text.Json;

namespace Oddswire.Simulator.Venues.Rtds;

internal enum RtdsAction { Silence, Subscribe, Unsubscribe }

internal sealed record RtdsTopic(string Topic, string Type, string Filters);

// A frame of a client. No action: the venue keeps silent. Anything else that it cannot read: null, an error.
internal sealed record RtdsRequest(RtdsAction Action, IReadOnlyList<RtdsTopic> Topics)
{
    private const int MostTopics = 64;

    private static readonly RtdsRequest Silence = new(RtdsAction.Silence, []);

    private static readonly string[] Known =
    [
        "activity", "comments", "rfq", "crypto_prices", "crypto_prices_chainlink", "crypto_prices_twap_thirty",
        "crypto_prices_twap_sixty", "equity_prices", "clob_user", "clob_market",
    ];

    public static RtdsRequest? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return Read(json.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RtdsRequest? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        if (!json.TryGetProperty("action", out var action)) return Silence;
        if (action.ValueKind != JsonValueKind.String) return null;
        if (!json.TryGetProperty("subscriptions", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostTopics) return null;
        var topics = new List<RtdsTopic>();
        foreach (var entry in list.EnumerateArray())
        {
            if (Topic(entry) is not { } topic) return null;
            topics.Add(topic);
        }
        return action.GetString() switch
        {
            "subscribe" => new RtdsRequest(RtdsAction.Subscribe, topics),
            "unsubscribe" => new RtdsRequest(RtdsAction.Unsubscribe, topics),
            _ => null,
        };
    }

    private static RtdsTopic? Topic(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        if (Text(json, "topic") is not { } topic || !Known.Contains(topic) || Text(json, "type") is not { } type) return null;
        if (!json.TryGetProperty("filters", out var filters)) return new RtdsTopic(topic, type, "");
        return filters.ValueKind == JsonValueKind.String ? new RtdsTopic(topic, type, filters.GetString()!) : null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
