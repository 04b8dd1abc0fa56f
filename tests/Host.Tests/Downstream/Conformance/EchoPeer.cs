using System.Net;
using System.Net.Sockets;
using Oddswire.Host.Downstream;
using Oddswire.Host.Tests.Live;
using Oddswire.Messages.Sessions;

namespace Oddswire.Host.Tests.Downstream.Conformance;

/// <summary>
/// What the gateway reads and sends with, between two ends of a real connection, and behind it somebody who says every text back: so the
/// cases of the Autobahn test suite, which want an echo, can be put to it.
/// </summary>
internal sealed class EchoPeer : IFrameSink, IAsyncDisposable
{
    internal const int LargestMessage = 1 << 20;

    private readonly Socket _server;
    private readonly NetworkStream _stream;
    private readonly ClientSocket _socket;
    private readonly FrameAssembler _frames;
    private readonly Task _reading;

    private EchoPeer(Socket server, RawSocket client)
    {
        (_server, Client) = (server, client);
        _stream = new NetworkStream(server);
        server.Blocking = false;
        _socket = new ClientSocket(_stream, server, server.Dispose, TimeProvider.System);
        _frames = new FrameAssembler(LargestMessage, this);
        _reading = Read();
    }

    internal RawSocket Client { get; }

    internal static async Task<EchoPeer> Start(CancellationToken cancel)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndpoint, cancel);
        return new EchoPeer(await listener.AcceptSocketAsync(cancel), RawSocket.Of(client));
    }

    bool IFrameSink.Text(ReadOnlyMemory<byte> message)
    {
        _socket.Text(message.Span, [], []);
        _socket.Flush();
        return true;
    }

    public void Ping(ReadOnlySpan<byte> payload) => _socket.Pong(payload);

    public void Pong()
    {
        // Nobody asked, and nothing is said.
    }

    public void Close(int? code) => _socket.CloseBack(code);

    /// <summary>With the codes that the RFC has for it.</summary>
    public void Violated(CloseReason reason) => _socket.Close(
        reason switch
        {
            CloseReason.TooLarge => 1009,
            CloseReason.Binary => 1003,
            CloseReason.NotText => 1007,
            CloseReason.ProtocolError => 1002,
            _ => 1011,
        },
        "no");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _reading;
        await _socket.DisposeAsync();
        await _stream.DisposeAsync();
        _server.Dispose();
    }

    /// <summary>To the end of the connection: what comes behind the last frame that counts is thrown away.</summary>
    private async Task Read()
    {
        try
        {
            while (true)
            {
                var room = _frames.Ended ? new byte[4096] : _frames.Room;
                var count = await _stream.ReadAsync(room);
                if (count == 0)
                    return;
                if (!_frames.Ended)
                    _frames.Received(count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }
}
