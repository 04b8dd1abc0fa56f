using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Host.Upstream;
using Oddswire.TestKit;
using Xunit;

namespace Oddswire.Host.Tests.Upstream;

/// <summary>Frames of a size that venues really send, and of one that none of them does, over a real socket.</summary>
public sealed class WebSocketUpstreamTests : IDisposable
{
    private const int Part = 64 << 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public WebSocketUpstreamTests()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
        _listener.Start();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(32)]
    public async Task A_snapshot_of_many_tokens_in_one_frame_is_read_whole_and_its_memory_let_go_of(int megabytes)
    {
        var (venue, socket) = await Open();
        await using var closing = socket;
        var sending = Frame(venue, megabytes << 20);
        Assert.Equal(megabytes << 20, Assert.Single(await socket.Receive(_limit.Token)).Length);
        await sending;
        await venue.SendAsync("PONG"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
        Assert.Equal("PONG", Encoding.ASCII.GetString(Assert.Single(await socket.Receive(_limit.Token)).Span));
        Assert.InRange(((WebSocketUpstreamSocket)socket).Held, 1, 1 << 20);
    }

    /// <summary>It may end with this very part, or never.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(30 << 20)]
    public async Task A_frame_of_more_than_32_MiB_is_refused_in_words_and_read_no_further(int more)
    {
        var (venue, socket) = await Open();
        await using var closing = socket;
        var sending = Frame(venue, WebSocketUpstreamSocket.LargestFrame + more);
        var refused = await Assert.ThrowsAsync<UpstreamClosedException>(async () => await socket.Receive(_limit.Token));
        Assert.Equal(("a frame of more than 33554432 bytes", null), (refused.Reason, refused.Code));
        Assert.InRange(((WebSocketUpstreamSocket)socket).Held, 1, WebSocketUpstreamSocket.LargestFrame + 1);
        await socket.DisposeAsync();
        await sending;
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task A_venue_that_takes_the_connection_and_says_nothing_is_not_waited_for_when_nobody_waits_any_more(string scheme)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        var dialling = new WebSocketUpstream(TimeProvider.System).Dial(new UpstreamAddress(new Uri($"{scheme}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"), []), patience.Token);
        using var venue = await _listener.AcceptTcpClientAsync(_limit.Token);
        var buffer = new byte[4096];
        Assert.NotEqual(0, await venue.GetStream().ReadAsync(buffer, _limit.Token));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling.AsTask().WaitAsync(Eventually.Patience, TimeProvider.System, _limit.Token));
        // And it is hung up: what was left of its greeting, and the end.
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await venue.GetStream().ReadAsync(buffer, _limit.Token) > 0)
            {
            }
            throw new EndOfStreamException();
        });
    }

    [Fact]
    public async Task Large_frames_are_handed_on_before_the_next_are_read()
    {
        var (venue, socket) = await Open();
        await using var closing = socket;
        var sending = Task.Run(async () =>
        {
            for (var n = 0; n < 8; n++)
                await Frame(venue, 3 << 20);
        }, _limit.Token);
        var batches = new List<int>();
        while (batches.Sum() < 8)
            batches.Add((await socket.Receive(_limit.Token)).Length);
        await sending;
        Assert.All(batches, static frames => Assert.InRange(frames, 1, 2));
    }

    /// <summary>Read where no context is waited for: what asks for more does so on the thread that brought the last.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Frames_come_whole_and_in_their_order_whatever_parts_they_come_in(int seed)
    {
        var random = new Random(seed);
        var sent = Enumerable.Range(0, 2_000).Select(n => $"{n} {new string('x', random.Next(random.Next(20) == 0 ? 60_000 : 900))}").ToArray();
        var (venue, socket) = await Open();
        await using var closing = socket;
        var reading = Task.Run(() => Heard(socket, sent.Length), _limit.Token);
        foreach (var text in sent)
        {
            var frame = Encoding.ASCII.GetBytes(text);
            var first = random.Next(3) == 0 ? random.Next(frame.Length) : 0;
            if (first > 0)
                await venue.SendAsync(frame.AsMemory(0, first), WebSocketMessageType.Text, endOfMessage: false, _limit.Token);
            await venue.SendAsync(frame.AsMemory(first), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
        }
        Assert.Equal(sent, await reading);
    }

    [Fact]
    public async Task What_came_before_the_end_is_handed_on_and_the_end_is_told_to_whoever_asks_again()
    {
        var (venue, socket) = await Open();
        await using var closing = socket;
        for (var n = 0; n < 3; n++)
            await venue.SendAsync(Encoding.ASCII.GetBytes($"{n}"), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
        await venue.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "enough", _limit.Token);
        Assert.Equal(["0", "1", "2"], await Heard(socket, 3));
        for (var asked = 0; asked < 2; asked++)
        {
            var closed = await Assert.ThrowsAsync<UpstreamClosedException>(async () => await socket.Receive(_limit.Token));
            Assert.Equal((1008, "enough"), (closed.Code, closed.Reason));
        }
    }

    [Fact]
    public async Task What_came_before_a_frame_that_is_too_large_is_handed_on_and_nothing_behind_it()
    {
        var (venue, socket) = await Open();
        await using var closing = socket;
        await venue.SendAsync("0"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
        var sending = Frame(venue, WebSocketUpstreamSocket.LargestFrame + 1);
        Assert.Equal(["0"], await Heard(socket, 1));
        for (var asked = 0; asked < 2; asked++)
        {
            var refused = await Assert.ThrowsAsync<UpstreamClosedException>(async () => await socket.Receive(_limit.Token));
            Assert.Equal("a frame of more than 33554432 bytes", refused.Reason);
            await sending;
            await venue.SendAsync("1"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
        }
    }

    private async Task<List<string>> Heard(IUpstreamSocket socket, int count)
    {
        var heard = new List<string>();
        while (heard.Count < count)
            heard.AddRange((await socket.Receive(_limit.Token)).Select(static frame => Encoding.ASCII.GetString(frame.Span)));
        return heard;
    }

    private async Task<(WebSocket Venue, IUpstreamSocket Socket)> Open()
    {
        var accepting = Accept();
        var url = new Uri($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        var socket = await new WebSocketUpstream(TimeProvider.System).Dial(new UpstreamAddress(url, []), _limit.Token);
        return (await accepting, socket);
    }

    private async Task<WebSocket> Accept()
    {
        var stream = (await _listener.AcceptTcpClientAsync(_limit.Token)).GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var key = "";
        while (await reader.ReadLineAsync(_limit.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))
                key = line["Sec-WebSocket-Key: ".Length..];
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {AcceptOf(key)}\r\n\r\n"), _limit.Token);
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
    }

#pragma warning disable CA5350 // RFC 6455 has it so.
    private static string AcceptOf(string key) => Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350

    /// <summary>In many parts. Who hangs up before the end has heard enough.</summary>
    private async Task Frame(WebSocket venue, int size)
    {
        var part = new byte[Part];
        Array.Fill(part, (byte)' ');
        try
        {
            for (var left = size; left > 0; left -= Part)
                await venue.SendAsync(part.AsMemory(0, Math.Min(left, Part)), WebSocketMessageType.Text, endOfMessage: left <= Part, _limit.Token);
        }
        catch (WebSocketException)
        {
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _limit.Dispose();
    }
}
