using System.Net.Sockets;

namespace Oddswire.Host.Downstream.Connections;

/// <summary>One without TLS: a socket, and nothing else of what HTTP had for it.</summary>
internal sealed class SocketLine(Socket socket) : Line
{
    // What a client has sent and nobody has read is read up to here before the end. It is what Kestrel's own transport would have read ahead.
    private const int MostWaste = 1 << 20;

    private ReadOnlyMemory<byte> _early;
    private OpenLines? _lines;

    /// <param name="early">What HTTP has read beyond its request.</param>
    internal SocketLine Open(ReadOnlyMemory<byte> early, OpenLines lines)
    {
        (_early, _lines) = (early, lines);
        lines.Add(this);
        return this;
    }

    internal override ValueTask<int> Read(Memory<byte> room, CancellationToken cancel = default)
    {
        if (_early.IsEmpty)
            return socket.ReceiveAsync(room, SocketFlags.None, cancel);
        var count = Math.Min(room.Length, _early.Length);
        _early[..count].CopyTo(room);
        _early = count == _early.Length ? default : _early[count..];
        return new ValueTask<int>(count);
    }

    internal override int Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Math.Max(0, socket.Send(bytes, SocketFlags.None, out _));
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    internal override async ValueTask Write(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }

    internal override void Abort() => socket.Close(0);

    /// <summary>In good order: the client gets all that was sent. A socket that is closed with bytes unread would take back what is on its way.</summary>
    public override void Dispose()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
            Span<byte> waste = stackalloc byte[4096];
            for (var read = 0; read < MostWaste && socket.Receive(waste, SocketFlags.None, out _) is > 0 and var count; read += count)
            {
                // Thrown away.
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
        socket.Dispose();
        _lines?.Remove(this);
    }
}
