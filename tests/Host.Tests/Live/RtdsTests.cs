using System.Text.Json;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>/rtds of the real program, by raw frames. The official client has its turn in tests/Compatibility.</summary>
[Collection(nameof(LiveGateway))]
public sealed class RtdsTests(LiveGateway gateway)
{
    private const string Subscribe = """{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades"},{"topic":"activity","type":"orders_matched"}]}""";

    [Theory]
    [InlineData("/rtds")]
    [InlineData("/demo-dev/rtds")]
    public async Task Whoever_asks_gets_both_types_of_rows_with_every_field(string path)
    {
        using var client = await RawSocket.Open(gateway.Sockets, path);
        await client.Text(Subscribe);
        Assert.Equal("", await client.NextText());
        var types = new HashSet<string>();
        while (types.Count < 2)
        {
            var row = JsonElement.Parse(await client.NextText());
            Assert.Equal(["connection_id", "payload", "timestamp", "topic", "type"], row.EnumerateObject().Select(static field => field.Name));
            var payload = row.GetProperty("payload");
            Assert.Equal(
                ["asset", "bio", "conditionId", "eventSlug", "icon", "name", "outcome", "outcomeIndex", "price", "profileImage", "proxyWallet", "pseudonym", "side", "size", "slug", "timestamp", "title", "transactionHash"],
                payload.EnumerateObject().Select(static field => field.Name));
            if (payload.GetProperty("slug").GetString() == "")
                continue;       // of a market so new that its name was not known in time
            if (payload.GetProperty("outcomeIndex").GetInt32() == 999)
                continue;       // the venue did not say which, and it was the first that was told of its token
            types.Add(row.GetProperty("type").GetString()!);
            Assert.InRange(payload.GetProperty("outcomeIndex").GetInt32(), 0, 1);
            Assert.NotEqual("", payload.GetProperty("eventSlug").GetString());
        }
    }

    [Fact]
    public async Task A_filter_by_event_holds_whatever_source_the_rows_came_from()
    {
        using var http = new HttpClient();
        var world = JsonElement.Parse(await http.GetStringAsync(new Uri(gateway.Simulator, "/sim"), TestContext.Current.CancellationToken));
        var busiest = world.GetProperty("markets").EnumerateArray().MaxBy(static market => market.GetProperty("rate").GetDouble());
        using var client = await RawSocket.Open(gateway.Sockets, "/rtds");
        var slug = busiest.GetProperty("event_slug").GetString();
        await client.Text($$"""{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades","filters":"{\"event_slug\":\"{{slug}}\"}"}]}""");
        await client.NextText();
        for (var i = 0; i < 3; i++)
            Assert.Equal(slug, JsonElement.Parse(await client.NextText()).GetProperty("payload").GetProperty("eventSlug").GetString());
    }

    [Fact]
    public async Task A_key_that_nobody_knows_gets_an_answer_and_no_socket()
    {
        var (status, body) = await gateway.Send(HttpMethod.Get, "/no-such-key/rtds", key: null);
        Assert.Equal((401, "INVALID_API_KEY"), (status, body.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_binary_frame_ends_it_with_1003_and_one_that_is_too_large_with_1009()
    {
        using var binary = await RawSocket.Open(gateway.Sockets, "/rtds");
        await binary.Frame(0x82, [1]);
        Assert.Equal(1003, await binary.ClosedWith());
        using var large = await RawSocket.Open(gateway.Sockets, "/rtds");
        await large.Bytes(new byte[] { 0x81, 0xFF, 0, 0, 0, 0, 0, 0x90, 0, 0, 1, 2, 3, 4 });      // nine MiB are to come
        Assert.Equal(1009, await large.ClosedWith());
    }
}
