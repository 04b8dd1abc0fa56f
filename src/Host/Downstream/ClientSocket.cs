using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Oddswire.Actors.Ports;
using Oddswire.Host.Downstream.Connections;

namespace Oddswire.Host.Downstream;

/// <summary>
/// The sending side of one client: frames are gathered in one buffer and leave in one send. What the kernel does not take at once is
/// written as it takes it, and the next buffer fills meanwhile. An idle client holds no buffer.
/// </summary>
internal sealed class ClientSocket(Line line, TimeProvider time) : IClientConnection, IAsyncDisposable
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private byte[] _gathering = [];
    private int _gathered;
    private long _unsent;
    private bool _writing;
    private bool _closing;
    private bool _aborted;
    private bool _isDrained;
    private TaskCompletionSource? _drained;     // of whoever waits for it
    private ITimer? _closeTimer;

    public void Text(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tail)
    {
        lock (_gate)
        {
            if (!_closing)
                Gather(Opcode.Text, head, body, tail);
        }
    }

    public long Flush()
    {
        lock (_gate)
        {
            StartWriting();
            return _unsent;
        }
    }

    public void Ping() => Control(Opcode.Ping, []);

    internal void Pong(ReadOnlySpan<byte> payload) => Control(Opcode.Pong, payload);

    public void Close(int code, string reason)
    {
        Span<byte> payload = stackalloc byte[WebSocketFrames.MaxControl];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        var length = 2 + Encoding.UTF8.GetBytes(reason.AsSpan(0, Math.Min(reason.Length, 120)), payload[2..]);
        Control(Opcode.Close, payload[..length], last: true);
    }

    /// <summary>The client has closed: its code goes back, behind nothing.</summary>
    internal void CloseBack(int? code)
    {
        Span<byte> payload = stackalloc byte[2];
        if (code is { } known)
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)known);
        Control(Opcode.Close, code is null ? [] : payload, last: true);
    }

    public void Abort()
    {
        lock (_gate)
            _aborted = _closing = true;
        line.Abort();
        lock (_gate)
            HasDrained();
    }

    private void Control(Opcode opcode, ReadOnlySpan<byte> payload, bool last = false)
    {
        lock (_gate)
        {
            if (_closing)
                return;
            Gather(opcode, payload, [], []);
            _closing = last;
            if (last)
                _closeTimer = time.CreateTimer(static socket => ((ClientSocket)socket!).Abort(), this, CloseTime, Timeout.InfiniteTimeSpan);
            StartWriting();
        }
    }

    private void Gather(Opcode opcode, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c)
    {
        var length = a.Length + b.Length + c.Length;
        Reserve(WebSocketFrames.MaxHeader + length);
        var before = _gathered;
        _gathered += WebSocketFrames.WriteHeader(_gathering.AsSpan(_gathered), opcode, length);
        Append(a);
        Append(b);
        Append(c);
        _unsent += _gathered - before;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_gathering.AsSpan(_gathered));
        _gathered += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_gathering.Length - _gathered >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_gathered + more, _gathering.Length * 2));
        _gathering.AsSpan(0, _gathered).CopyTo(larger);
        if (_gathering.Length > 0)
            ArrayPool<byte>.Shared.Return(_gathering);
        _gathering = larger;
    }

    private void StartWriting()
    {
        if (_writing || _gathered == 0)
            return;
        var sent = _aborted ? 0 : line.Send(_gathering.AsSpan(0, _gathered));
        _unsent -= sent;
        if (sent < _gathered)
        {
            _writing = true;
            _ = Write(sent);
            return;
        }
        ArrayPool<byte>.Shared.Return(_gathering);
        (_gathering, _gathered) = ([], 0);
        if (_closing)
            HasDrained();
    }

    private void HasDrained()
    {
        _isDrained = true;
        _drained?.TrySetResult();
    }

    private async Task Write(int sent)
    {
        while (true)
        {
            byte[] buffer;
            int length;
            lock (_gate)
            {
                if (_gathered == 0 || _aborted)
                {
                    _writing = false;
                    if (_closing)
                        HasDrained();
                    return;
                }
                (buffer, length) = (_gathering, _gathered);
                (_gathering, _gathered) = ([], 0);
            }
            try
            {
                await line.Write(buffer.AsMemory(sent, length - sent));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or InvalidOperationException)
            {
                Abort();
            }
            ArrayPool<byte>.Shared.Return(buffer);
            lock (_gate)
                _unsent -= length - sent;
            sent = 0;
        }
    }

    /// <summary>Completes when the close frame is out, or the socket was dropped.</summary>
    internal Task Drained
    {
        get
        {
            lock (_gate)
                return _isDrained ? Task.CompletedTask : (_drained ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_closeTimer is not null)
            await _closeTimer.DisposeAsync();
    }
}
