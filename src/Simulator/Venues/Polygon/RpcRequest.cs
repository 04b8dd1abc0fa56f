using System.Globalization;
using System.Text.Json;

namespace Oddswire.Simulator.Venues.Polygon;

// One JSON-RPC call: its id exactly as it was written, method and parameters.
internal sealed record RpcRequest(string? Id, string Method, JsonElement Params)
{
    public JsonElement? Param(int index) =>
        Params.ValueKind == JsonValueKind.Array && Params.GetArrayLength() > index ? Params[index] : null;

    public JsonElement Required(int index) =>
        Param(index) ?? throw RpcException.InvalidParams($"missing value for required argument {index}");

    // A quantity such as 0x1b4.
    public static long Quantity(JsonElement json) =>
        json.ValueKind == JsonValueKind.String && json.GetString() is { Length: > 2 and <= 18 } text && text.StartsWith("0x", StringComparison.Ordinal)
        && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw RpcException.InvalidParams("invalid argument 0: hex string without 0x prefix or not a quantity");

    public static RpcRequest? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        if (!json.TryGetProperty("jsonrpc", out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0")) return null;
        if (!json.TryGetProperty("method", out var method) || method.ValueKind != JsonValueKind.String) return null;
        string? id = null;
        if (json.TryGetProperty("id", out var given))
        {
            if (given.ValueKind is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.Null)) return null;
            id = given.GetRawText();
        }
        return new RpcRequest(id, method.GetString()!, json.TryGetProperty("params", out var parameters) ? parameters : default);
    }
}
