using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Oddswire.Host.Downstream.Connections;

/// <summary>
/// A connection as Kestrel knows it. Its pipes read and write the socket itself when somebody asks them to, and nobody else does: so HTTP can give it up
/// in the middle, and what was written is with the kernel when the write is over.
/// </summary>
internal sealed class SocketConnection : DefaultConnectionContext, IDuplexPipe
{
    private readonly Socket _socket;
    private readonly OpenLines _lines;
    private readonly NetworkStream _stream;
    private readonly SocketLine _line;
    private readonly CancellationTokenSource _closed = new();   // never disposed: whoever aborts may be late
    private bool _taken;

    /// <exception cref="SocketException">The client is gone already.</exception>
    internal SocketConnection(Socket socket, string id, OpenLines lines) : base(id)
    {
        (_socket, _lines) = (socket, lines);
        socket.NoDelay = true;
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        _stream = new NetworkStream(socket, ownsSocket: false);
        socket.Blocking = false;
        _line = new SocketLine(socket);
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        Output = new SocketWriter(_line, () => Abort(new ConnectionAbortedException()));
        Transport = this;
        ConnectionClosed = _closed.Token;
        Features.Set(this);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>The connection without Kestrel, which believes that it has ended. HTTP may not read or write any more.</summary>
    internal SocketLine Take()
    {
        _taken = true;
        Input.CancelPendingRead();      // whatever is there, also what HTTP has looked at
        return _line.Open(Input.TryRead(out var read) ? read.Buffer.ToArray() : default, _lines);
    }

    /// <summary>While a request is being answered nobody reads, and nobody sees a client hang up. Where the answer takes long, somebody looks meanwhile.</summary>
    internal static void Watch(HttpContext http, CancellationToken answered) => _ = http.Features.Get<SocketConnection>()?.Watch(answered);

    private async Task Watch(CancellationToken answered)
    {
        try
        {
            if (await _socket.ReceiveAsync(new byte[1], SocketFlags.Peek, answered) > 0)
                return;
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone as well.
        }
        await _closed.CancelAsync();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (!_taken)
            _line.Abort();
        _ = _closed.CancelAsync();
    }

    public override ValueTask DisposeAsync()
    {
        if (!_taken)
            _line.Dispose();
        Input.Complete();
        Output.Complete();
        _stream.Dispose();
        return base.DisposeAsync();
    }
}
