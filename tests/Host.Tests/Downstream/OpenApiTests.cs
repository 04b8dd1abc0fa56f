using System.Text.Json;
using Oddswire.Host.Downstream;
using Oddswire.Host.Tests.Live;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>The document is written by hand; here it is held against what is served.</summary>
[Collection(nameof(LiveGateway))]
public sealed class OpenApiTests(LiveGateway gateway)
{
    [Fact]
    public async Task Every_route_is_in_the_document_and_nothing_else()
    {
        var (status, document) = await gateway.Send(HttpMethod.Get, "/openapi/v1.json", key: null);
        Assert.Equal((200, "3.1.0"), (status, document.GetProperty("openapi").GetString()));
        var documented = Operations(document).Select(static operation => $"{operation.Method} {operation.Path}");
        var (_, notFound) = await gateway.Send(HttpMethod.Get, "/api/v1/nothing");
        var served = notFound.GetProperty("message").GetString()!["served here: ".Length..].Split(", ").Append("GET /v1/polymarket/orders");
        Assert.Equal(served.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_documented_answers_what_is_documented()
    {
        var (_, document) = await gateway.Send(HttpMethod.Get, "/openapi/v1.json", key: null);
        foreach (var (method, path, operation) in Operations(document))
        {
            var responses = operation.GetProperty("responses").EnumerateObject().Select(static response => response.Name).ToList();
            var (status, _) = await gateway.Send(new HttpMethod(method), path.Replace("{name}", "nobody", StringComparison.Ordinal));
            Assert.True(responses.Contains(status.ToString()), $"{method} {path} answered {status}");
            var (unknown, _) = await gateway.Send(new HttpMethod(method), path, key: "ow_stranger");
            Assert.Equal(401, unknown);
            Assert.Contains("401", responses);
        }
    }

    [Fact]
    public void References_lead_somewhere()
    {
        var document = JsonElement.Parse(OpenApi.Document.Span);
        var schemas = document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(static schema => "#/components/schemas/" + schema.Name);
        var references = References(document).Distinct();
        Assert.Equal(schemas.Order(StringComparer.Ordinal), references.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static field => field.Name == "$ref" ? [field.Value.GetString()!] : References(field.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
