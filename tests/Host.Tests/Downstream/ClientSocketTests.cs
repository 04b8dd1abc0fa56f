using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Oddswire.Host.Downstream;
using Oddswire.Host.Downstream.Connections;
using Xunit;

namespace Oddswire.Host.Tests.Downstream;

/// <summary>The sending side over a real connection whose other end reads when the test says so.</summary>
public sealed class ClientSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
    private Socket? _server;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        await _client.ConnectAsync(_listener.LocalEndpoint);
        _server = await _listener.AcceptSocketAsync();
        _server.SendBufferSize = 4096;
        _server.Blocking = false;
    }

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        _client.Dispose();
        _listener.Dispose();
        return default;
    }

    [Fact]
    public async Task What_the_kernel_takes_at_once_is_out_when_flush_returns()
    {
        await using var socket = new ClientSocket(new SocketLine(_server!), TimeProvider.System);
        socket.Text("a"u8, "b"u8, "c"u8);
        Assert.Equal(0, socket.Flush());
        Assert.Equal("abc", (await Frames(1))[0]);
    }

    [Fact]
    public async Task A_client_that_reads_late_gets_everything_in_order_and_what_it_leaves_is_counted()
    {
        await using var socket = new ClientSocket(new SocketLine(_server!), TimeProvider.System);
        var body = new byte[5000];
        body.AsSpan().Fill((byte)'.');
        long left = 0;
        for (var i = 0; i < 400; i++)
        {
            socket.Text(Encoding.ASCII.GetBytes($"{i}"), body, default);
            left = socket.Flush();
        }
        Assert.InRange(left, 1, 400 * 5100);
        socket.Close(1012, "restart");
        Assert.False(socket.Drained.IsCompleted);

        var frames = await Frames(400);
        Assert.Equal(Enumerable.Range(0, 400).Select(static i => $"{i}"), frames.Select(static frame => frame.TrimEnd('.')));
        await socket.Drained.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, socket.Flush());
    }

    [Fact]
    public async Task A_client_that_is_gone_fails_nobody()
    {
        await using var socket = new ClientSocket(new SocketLine(_server!), TimeProvider.System);
        _server!.Dispose();
        socket.Text("a"u8, default, default);
        socket.Flush();
        await socket.Drained.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    private async Task<List<string>> Frames(int count)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var bytes = new List<byte>();
        var buffer = new byte[1 << 16];
        var frames = new List<string>();
        while (frames.Count < count)
        {
            bytes.AddRange(buffer.AsSpan(0, await _client.ReceiveAsync(buffer, patience.Token)));
            while (frames.Count < count && Length(bytes) is { } header && bytes.Count >= header.Size + header.Length)
            {
                frames.Add(Encoding.ASCII.GetString([.. bytes[header.Size..(header.Size + header.Length)]]));
                bytes.RemoveRange(0, header.Size + header.Length);
            }
        }
        return frames;
    }

    private static (int Size, int Length)? Length(List<byte> bytes) =>
        bytes.Count < 4 ? null
        : bytes[1] < 126 ? (2, bytes[1])
        : (4, BinaryPrimitives.ReadUInt16BigEndian([bytes[2], bytes[3]]));
}
