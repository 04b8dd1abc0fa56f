using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Simulator.Shell;
using Oddswire.Simulator.World;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Simulator.Tests.Shell;

public sealed class ControlSurfaceTests(LiveSimulator simulator) : IClassFixture<LiveSimulator>
{
    [Fact]
    public async Task Sim_tells_of_the_world_and_of_each_venue_in_the_fixed_names()
    {
        using var socket = await simulator.Connect("/rtds");
        await simulator.Say(socket, """{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades"}]}""");
        await simulator.Hear(socket);
        var sim = await simulator.Get("/sim");
        Assert.Equal((1, 300), (sim.GetProperty("seed").GetInt32(), sim.GetProperty("rate").GetInt32()));
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - sim.GetProperty("now").GetInt64(), -1, 5_000);
        Assert.Equal(40, sim.GetProperty("wallets").GetArrayLength());
        var us = sim.GetProperty("us").GetProperty("markets");
        Assert.Equal((6, "MARKET_STATE_OPEN"), (us.GetArrayLength(), us[0].GetProperty("state").GetString()));
        Assert.False(string.IsNullOrEmpty(us[0].GetProperty("slug").GetString()));
        var market = sim.GetProperty("markets")[0];
        Assert.Equal(["condition_id", "slug", "event_slug", "title", "state", "rate", "tokens"], market.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["token_id", "label"], market.GetProperty("tokens")[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal("open", market.GetProperty("state").GetString());
        var venues = sim.GetProperty("venues");
        Assert.Equal(["clob-market", "clob-user", "dome", "gamma", "polygon", "rtds", "us-markets", "us-private"], venues.EnumerateObject().Select(venue => venue.Name).Order(StringComparer.Ordinal));
        Assert.Equal(simulator.Socket("/v1/ws/markets").ToString(), venues.GetProperty("us-markets").GetProperty("url").GetString());
        var rtds = venues.GetProperty("rtds");
        Assert.Equal(["url", "connections", "accepted", "refused", "subscriptions"], rtds.EnumerateObject().Select(field => field.Name));
        Assert.Equal(simulator.Socket("/rtds").ToString(), rtds.GetProperty("url").GetString());
        Assert.Contains(rtds.GetProperty("subscriptions").EnumerateArray(), subscription => subscription.GetProperty("type").GetString() == "trades");
    }

    [Fact]
    public async Task Fills_are_paged_by_their_numbers_and_complete_after_a_pause()
    {
        await Eventually.Holds(async () => (await simulator.Get("/sim/fills")).GetProperty("next").GetInt64() > 20);
        Assert.True((await simulator.Post("/sim/pause")).GetProperty("paused").GetBoolean());
        var all = new List<JsonElement>();
        long after = 0;
        while (true)
        {
            var page = await simulator.Get($"/sim/fills?after={after}&limit=500");
            all.AddRange(page.GetProperty("fills").EnumerateArray());
            if (page.GetProperty("next").GetInt64() == after) break;
            after = page.GetProperty("next").GetInt64();
        }
        Assert.Equal(Enumerable.Range(1, all.Count), all.Select(fill => fill.GetProperty("n").GetInt32()));
        Assert.Equal(
            ["n", "time", "tx_hash", "block_number", "log_index", "order_hash", "user", "taker", "token_id", "condition_id", "market_slug", "side", "shares", "price", "removed"],
            all[0].EnumerateObject().Select(field => field.Name));
        Assert.False((await simulator.Post("/sim/resume")).GetProperty("paused").GetBoolean());
        await Eventually.Holds(async () => (await simulator.Get($"/sim/fills?after={after}")).GetProperty("fills").GetArrayLength() > 0);
    }

    [Fact]
    public async Task A_fault_is_created_listed_and_healed()
    {
        using var created = await simulator.Fault("""{"venue":"dome","kind":"mute","topic":"orders","connection":"all","share":1.0,"for":"30s","code":1013,"reason":"","status":429,"retry_after":5}""");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var id = JsonElement.Parse(await created.Content.ReadAsStringAsync(simulator.Limit)).GetProperty("id").GetString();
        var listed = Assert.Single((await simulator.Get("/sim/faults")).GetProperty("faults").EnumerateArray(), fault => fault.GetProperty("id").GetString() == id);
        Assert.Equal(("dome", "mute", "30s"), (listed.GetProperty("venue").GetString(), listed.GetProperty("kind").GetString(), listed.GetProperty("for").GetString()));
        using var healed = await simulator.Http.DeleteAsync($"/sim/faults/{id}", simulator.Limit);
        Assert.Equal(HttpStatusCode.NoContent, healed.StatusCode);
        using var unknown = await simulator.Http.DeleteAsync("/sim/faults/f9999", simulator.Limit);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("""{"venue":"rtds","kind":"drop","conection":"all"}""", "conection")]
    [InlineData("""{"venue":"rtds","kind":"drop","for":"soon"}""", "for")]
    [InlineData("""{"venue":"moon","kind":"drop"}""", "venue")]
    [InlineData("{", "")]
    public async Task A_wrong_fault_is_400_and_names_its_field(string json, string field)
    {
        using var answer = await simulator.Fault(json);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, JsonElement.Parse(await answer.Content.ReadAsStringAsync(simulator.Limit)).GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("/sim/fills?after=x")]
    [InlineData("/sim/fills?limit=0")]
    [InlineData("/sim/fills?limit=10001")]
    public async Task Wrong_pages_are_400(string path)
    {
        using var answer = await simulator.Http.GetAsync(path, simulator.Limit);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_told_as_such()
    {
        var settings = LiveSimulator.Settings with { Port = simulator.Server.Url.Port };
        var taken = await Assert.ThrowsAsync<SimulatorUnavailableException>(() => Start(settings));
        Assert.Equal(settings.Port, taken.TakenPort);
        Assert.Contains("simulator.port", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_listens_on_loopback_alone() =>
        await Assert.ThrowsAsync<SimulatorUnavailableException>(() => Start(LiveSimulator.Settings with { Host = "0.0.0.0" }));

    [Fact]
    public async Task A_scenario_file_is_played_and_a_wrong_one_stops_the_start()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, """[{"at":"0s","fault":{"venue":"rtds","kind":"status","status":503}}]""", simulator.Limit);
            await using var server = await Start(LiveSimulator.Settings with { Scenario = path });
            using var http = new HttpClient { BaseAddress = server.Url };
            var faults = JsonElement.Parse(await http.GetStringAsync("/sim/faults", simulator.Limit));
            Assert.Equal("status", faults.GetProperty("faults")[0].GetProperty("kind").GetString());
            await File.WriteAllTextAsync(path, """[{"at":"0s","fault":{"venue":"rtds","kind":"boom"}}]""", simulator.Limit);
            var wrong = await Assert.ThrowsAsync<SimulatorUnavailableException>(() => Start(LiveSimulator.Settings with { Scenario = path }));
            Assert.Contains("[0].fault.kind", wrong.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task It_stops_at_once_with_clients_connected()
    {
        var server = await Start(LiveSimulator.Settings);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(server.Url) { Scheme = "ws", Path = "/rtds" }.Uri, simulator.Limit);
        await server.DisposeAsync().AsTask().WaitAsync(simulator.Limit);
        using var refused = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(async () => await refused.ConnectAsync(IPAddress.Loopback, server.Url.Port, simulator.Limit));
    }

    private static Task<SimulatorServer> Start(SimulatorSettings settings) =>
        SimulatorServer.Start(settings, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
}
