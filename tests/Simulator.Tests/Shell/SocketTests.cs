using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Oddswire.Simulator.Tests.Venues.PolymarketUs;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Simulator.Tests.Shell;

public sealed class SocketTests(LiveSimulator simulator) : IClassFixture<LiveSimulator>, IAsyncLifetime
{
    private const string Trades = """{"action":"subscribe","subscriptions":[{"topic":"activity","type":"trades"}]}""";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    // The next test finds everything in order.
    public async ValueTask DisposeAsync() => (await simulator.Http.DeleteAsync("/sim/faults", simulator.Limit)).Dispose();

    [Fact]
    public async Task Rtds_streams_rows()
    {
        using var socket = await simulator.Connect("/rtds");
        await simulator.Say(socket, Trades);
        Assert.Equal("", await simulator.Hear(socket));
        Assert.Equal("trades", JsonElement.Parse((await simulator.Hear(socket))!).GetProperty("type").GetString());
        await simulator.Say(socket, "PING");
        string? text;
        while ((text = await simulator.Hear(socket)) != "") Assert.NotNull(text);
    }

    [Fact]
    public async Task Polygon_pushes_logs_and_answers_calls_over_the_socket_and_post()
    {
        using var socket = await simulator.Connect("/polygon");
        await simulator.Say(socket, """{"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":["logs",{}]}""");
        var id = JsonElement.Parse((await simulator.Hear(socket))!).GetProperty("result").GetString();
        var pushed = JsonElement.Parse((await simulator.Hear(socket))!).GetProperty("params");
        Assert.Equal(id, pushed.GetProperty("subscription").GetString());
        var answer = await simulator.Post("/polygon", new { jsonrpc = "2.0", id = 9, method = "eth_blockNumber" });
        Assert.StartsWith("0x", answer.GetProperty("result").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gamma_knows_the_markets()
    {
        var sim = await simulator.Get("/sim");
        var token = sim.GetProperty("markets")[0].GetProperty("tokens")[0].GetProperty("token_id").GetString();
        var found = await simulator.Get($"/gamma/markets/keyset?clob_token_ids={token}&clob_token_ids=1");
        Assert.Equal(sim.GetProperty("markets")[0].GetProperty("slug").GetString(), found.GetProperty("markets")[0].GetProperty("slug").GetString());
    }

    [Theory]
    [InlineData("/v1/ws/markets")]
    [InlineData("/us-markets")]
    [InlineData("/us-markets/any/prefix/v1/ws/markets")]
    public async Task The_us_venue_is_where_its_sdks_look_for_it_and_the_signed_path_is_always_the_same(string path)
    {
        using var socket = new ClientWebSocket();
        var dial = UsDial.Markets(TimeProvider.System.GetUtcNow());
        foreach (var name in (string[])["X-PM-Access-Key", "X-PM-Timestamp", "X-PM-Signature"]) socket.Options.SetRequestHeader(name, dial.Header(name));
        await socket.ConnectAsync(new UriBuilder(simulator.Socket(path)) { Query = "unsigned=1" }.Uri, simulator.Limit);
        await simulator.Say(socket, """{"subscribe":{"requestId":"a","subscriptionType":"SUBSCRIPTION_TYPE_MARKET_DATA_LITE"}}""");
        Assert.Equal("a", JsonElement.Parse((await simulator.Hear(socket))!).GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task Without_a_signature_the_us_venue_answers_401_with_a_json_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/ws/private");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])
            request.Headers.Add(name, value);
        using var answer = await simulator.Http.SendAsync(request, simulator.Limit);
        Assert.Equal((HttpStatusCode.Unauthorized, """{"status":401,"message":"Unauthorized"}"""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(simulator.Limit)));
    }

    [Fact]
    public async Task Dome_streams_events_and_refuses_a_bad_key_with_401_and_a_json_body()
    {
        using var socket = await simulator.Connect("/dome//demo-dev");
        await simulator.Say(socket, """{"action":"subscribe","platform":"polymarket","version":1,"type":"orders","filters":{"users":["*"]}}""");
        Assert.Equal("ack", JsonElement.Parse((await simulator.Hear(socket))!).GetProperty("type").GetString());
        Assert.Equal("event", JsonElement.Parse((await simulator.Hear(socket))!).GetProperty("type").GetString());
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => simulator.Connect("/dome/wrong"));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fragmented_message_a_ping_and_a_close_are_understood()
    {
        using var socket = await simulator.Connect("/rtds");
        await socket.SendAsync("PI"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, simulator.Limit);
        await socket.SendAsync("NG"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, simulator.Limit);
        Assert.Equal("", await simulator.Hear(socket));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", simulator.Limit);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await Eventually.Holds(async () => (await Venue("rtds")).GetProperty("connections").GetInt32() == 0);
    }

    [Fact]
    public async Task Oversized_and_unmasked_frames_close_with_their_codes()
    {
        using var socket = await simulator.Connect("/rtds");
        await simulator.Say(socket, new string('x', 70_000));
        Assert.Null(await simulator.Hear(socket));
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
        using var raw = await Upgrade("/rtds");
        await raw.GetStream().WriteAsync(new byte[] { 0x81, 0x04, (byte)'P', (byte)'I', (byte)'N', (byte)'G' }, simulator.Limit);
        Assert.Equal([0x88, 0x1A, 0x03, 0xEA], (await ReadAll(raw))[..4]);
    }

    [Fact]
    public async Task A_drop_ends_the_stream_without_a_close_frame()
    {
        using var raw = await Upgrade("/rtds");
        (await simulator.Fault("""{"venue":"rtds","kind":"drop"}""")).Dispose();
        Assert.Empty(await ReadAll(raw));
    }

    [Fact]
    public async Task A_close_has_its_code_and_reason_on_the_wire()
    {
        using var socket = await simulator.Connect("/rtds");
        (await simulator.Fault("""{"venue":"rtds","kind":"close","code":4003,"reason":"draining"}""")).Dispose();
        Assert.Null(await simulator.Hear(socket));
        Assert.Equal((4003, "draining"), ((int?)socket.CloseStatus, socket.CloseStatusDescription));
    }

    [Fact]
    public async Task Half_a_frame_announces_more_than_it_brings()
    {
        using var raw = await Upgrade("/rtds");
        (await simulator.Fault("""{"venue":"rtds","kind":"half_frame"}""")).Dispose();
        await raw.GetStream().WriteAsync(Masked(Trades), simulator.Limit);
        var bytes = await ReadAll(raw);
        Assert.Equal([0x81, 0x00, 0x81, 126], bytes[..4]);
        var announced = (bytes[4] << 8) | bytes[5];
        Assert.Equal(announced / 2, bytes.Length - 6);
    }

    [Fact]
    public async Task A_freeze_stops_even_the_pongs_of_an_open_socket()
    {
        using var socket = await simulator.Connect("/rtds");
        (await simulator.Fault("""{"venue":"rtds","kind":"freeze","for":"400ms"}""")).Dispose();
        await simulator.Say(socket, "PING");
        var heard = simulator.Hear(socket);
        await simulator.Post("/polygon", new { jsonrpc = "2.0", id = 1, method = "eth_chainId" });
        Assert.False(heard.IsCompleted);
        await Eventually.Holds(async () => (await simulator.Get("/sim/faults")).GetProperty("faults").GetArrayLength() == 0);
        await simulator.Say(socket, "PING");
        Assert.Equal("", await heard);
    }

    [Fact]
    public async Task A_refused_handshake_has_status_and_retry_after()
    {
        (await simulator.Fault("""{"venue":"rtds","kind":"status","status":429,"retry_after":7,"for":"10s"}""")).Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/rtds");
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        using var answer = await simulator.Http.SendAsync(request, simulator.Limit);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_hanging_venue_answers_neither_handshake_nor_request()
    {
        (await simulator.Fault("""{"venue":"gamma","kind":"hang"}""")).Dispose();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => simulator.Http.GetAsync("/gamma/markets/keyset", impatient.Token));
    }

    [Fact]
    public async Task Half_an_answer_is_an_error_to_the_client()
    {
        (await simulator.Fault("""{"venue":"gamma","kind":"half_frame","for":"10s"}""")).Dispose();
        await Assert.ThrowsAsync<HttpRequestException>(() => simulator.Http.GetStringAsync("/gamma/markets/keyset", simulator.Limit));
    }

    [Fact]
    public async Task What_is_no_upgrade_is_told_so()
    {
        using var answer = await simulator.Http.GetAsync("/rtds", simulator.Limit);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        using var elsewhere = await simulator.Http.GetAsync("/tea", simulator.Limit);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        using var large = await simulator.Http.PostAsJsonAsync("/polygon", new string('x', 9 * 1024 * 1024), simulator.Limit);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    private async Task<JsonElement> Venue(string name) => (await simulator.Get("/sim")).GetProperty("venues").GetProperty(name);

    // A socket of our own, to see the bytes as they are.
    private async Task<TcpClient> Upgrade(string path)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, simulator.Server.Url.Port, simulator.Limit);
        var request = $"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), simulator.Limit);
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await client.GetStream().ReadExactlyAsync(one, simulator.Limit);
            head.Append((char)one[0]);
        }
        Assert.StartsWith("HTTP/1.1 101", head.ToString(), StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head.ToString(), StringComparison.Ordinal);
        return client;
    }

    private async Task<byte[]> ReadAll(TcpClient client)
    {
        using var all = new MemoryStream();
        var buffer = new byte[4_096];
        try
        {
            int read;
            while ((read = await client.GetStream().ReadAsync(buffer, simulator.Limit)) > 0) all.Write(buffer, 0, read);
        }
        catch (IOException)
        {
            // A reset is an end as good as any.
        }
        return all.ToArray();
    }

    // With a mask of zeros: the payload as it is.
    private static byte[] Masked(string text) => [0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)];
}
