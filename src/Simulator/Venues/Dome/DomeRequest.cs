using System.Text.Json;

namespace Oddswire.Simulator.Venues.Dome;

// The fields of a control frame, with the checks that all actions share. Only unsubscribe may come without a version.
internal sealed class DomeRequest : IDisposable
{
    private readonly JsonDocument _json;

    private DomeRequest(JsonDocument json) => _json = json;

    public string? Action => Text("action");

    public string? SubscriptionId => Text("subscription_id");

    public JsonElement Filters => _json.RootElement.TryGetProperty("filters", out var filters) ? filters : default;

    public static DomeRequest Parse(ReadOnlyMemory<byte> text)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            throw new DomeRefusedException("INVALID_MESSAGE", $"not JSON, near byte {e.BytePositionInLine ?? 0}");
        }
        if (json.RootElement.ValueKind == JsonValueKind.Object) return new DomeRequest(json);
        json.Dispose();
        throw new DomeRefusedException("INVALID_MESSAGE", "expected a JSON object");
    }

    public void CheckConstants()
    {
        Expect("platform", Text("platform") == "polymarket", "polymarket");
        Expect("type", Text("type") == "orders", "orders");
        Expect("version", Version() == 1, "1");
    }

    public void CheckVersionIfGiven() => Expect("version", !_json.RootElement.TryGetProperty("version", out _) || Version() == 1, "1");

    public void Dispose() => _json.Dispose();

    private int? Version() =>
        _json.RootElement.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) ? number : null;

    private string? Text(string name) =>
        _json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Expect(string field, bool holds, string expected)
    {
        if (!holds) throw new DomeRefusedException("INVALID_MESSAGE", $"{field}: expected {expected}");
    }
}
