using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>A service that keeps durable subscriptions, with one key.</summary>
internal sealed class DurableDesk(LiveGateway gateway, string key)
{
    private static int _commands;

    internal sealed record Answer(int Status, bool WasDone, string Raw)
    {
        internal JsonElement Body => JsonElement.Parse(Raw);

        internal string Text(string field) => Body.GetProperty(field).GetString()!;
    }

    internal static string NewId() => string.Create(CultureInfo.InvariantCulture, $"c{Interlocked.Increment(ref _commands)}");

    internal static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("subscriptions").EnumerateArray().Select(static made => made.GetProperty("id").GetString()!);

    internal Task<Answer> Create(string filters, string from = "now") =>
        Post("", $$$"""{"command_id":"{{{NewId()}}}","name":"test","filters":{{{filters}}},"from":"{{{from}}}"}""");

    internal Task<Answer> Do(string id, string what, string more = "") => Post($"/{id}/{what}", $$"""{"command_id":"{{NewId()}}"{{more}}}""");

    internal Task<Answer> Post(string path, string body) => Send(HttpMethod.Post, path, body);

    internal Task<Answer> Patch(string id, string body) => Send(HttpMethod.Patch, "/" + id, body);

    internal Task<Answer> Delete(string id, string query) => Send(HttpMethod.Delete, $"/{id}{query}", null);

    internal Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);

    internal async Task<IEnumerable<JsonElement>> All() => (await Get("?limit=1000")).Body.GetProperty("subscriptions").EnumerateArray();

    internal Task<RawSocket> Attach(string id) => RawSocket.Open(gateway.Sockets, $"/{key}?subscription={id}");

    /// <summary>Until the journal has that acknowledgement: at most one a second is written.</summary>
    internal Task Acknowledged(string id, string position) => Eventually.Holds(async () => (await Get("/" + id)).Text("acknowledged") == position);

    private async Task<Answer> Send(HttpMethod method, string path, string? body)
    {
        using var http = new HttpClient { BaseAddress = gateway.Http };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var request = new HttpRequestMessage(method, "/api/v1/subscriptions" + path);
        if (body is not null)
            request.Content = new StringContent(body);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Answer(
            (int)answer.StatusCode,
            answer.Headers.TryGetValues("Idempotent-Replay", out var replay) && replay.Single() == "true",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
