using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Oddswire.Client;

namespace Oddswire.Protocols.Tests.Client;

/// <summary>Against a listener on loopback that answers one upgrade by hand.</summary>
public sealed class WebSocketDialerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_of_any_size_arrive_whole_and_a_close_has_its_reason()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Serve(listener);
        await using var client = await FakeGateway.Soon(WebSocketDialer.Dial(Address(listener), Cancel));
        await client.Send("hello"u8.ToArray(), Cancel);

        Assert.Equal("hello", await Text(client));
        Assert.Equal(new string('x', 100_000), await Text(client));
        Assert.Null(await FakeGateway.Soon(client.Receive(Cancel)));
        Assert.Equal("1012 restart", client.CloseReason);
        await FakeGateway.Soon(serving);
    }

    [Fact]
    public async Task An_http_refusal_keeps_its_status_and_its_delay()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Answer(listener, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var refusal = await Assert.ThrowsAsync<DialRefusedException>(() => FakeGateway.Soon(WebSocketDialer.Dial(Address(listener), Cancel)));
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(7), false), (refusal.Status, refusal.RetryAfter, refusal.IsFinal));
        await FakeGateway.Soon(answering);
    }

    [Fact]
    public async Task Nobody_there_is_an_io_failure()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = Address(listener);
        listener.Stop();
        await Assert.ThrowsAsync<IOException>(() => FakeGateway.Soon(WebSocketDialer.Dial(address, Cancel)));
    }

    private static Uri Address(TcpListener listener) => new($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/KEY");

    private static async Task<string> Text(IClientSocket client)
    {
        var message = await FakeGateway.Soon(client.Receive(Cancel));
        Assert.NotNull(message);
        return Encoding.UTF8.GetString(message.Value.Span);
    }

    /// <summary>Echoes one message, sends a long one in parts, and closes for a restart.</summary>
    private static async Task Serve(TcpListener listener)
    {
        using var tcp = await listener.AcceptTcpClientAsync(Cancel);
        var stream = tcp.GetStream();
        var request = await Head(stream);
        var key = request.Split("\r\n").First(static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase))[18..].Trim();
#pragma warning disable CA5350 // RFC 6455 names SHA-1
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), Cancel);

        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
        await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        var half = Encoding.UTF8.GetBytes(new string('x', 50_000));
        await socket.SendAsync(half.AsMemory(), WebSocketMessageType.Text, endOfMessage: false, Cancel);
        await socket.SendAsync(half.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, Cancel);
        await socket.CloseOutputAsync((WebSocketCloseStatus)1012, "restart", Cancel);
    }

    private static async Task Answer(TcpListener listener, string answer)
    {
        using var tcp = await listener.AcceptTcpClientAsync(Cancel);
        await Head(tcp.GetStream());
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Cancel);
    }

    private static async Task<string> Head(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[1024];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel)));
        return head.ToString();
    }
}
