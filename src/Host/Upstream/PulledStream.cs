using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Oddswire.Runtime.Execution;

namespace Oddswire.Host.Upstream;

/// <summary>
/// A connection that is looked at when somebody wants to read, and not whenever something arrives. The framework's own sockets wake a thread for each packet,
/// also while what came before is still worked on; a venue's stream under load has thousands of them a second, and each takes the core away from who works.
/// Here a thread waits for the socket only while nothing is there and <see cref="Listen"/> was said (docs/adr/0022).
/// </summary>
internal sealed class PulledStream : Stream, IValueTaskSource<int>
{
    private const int Stack = 1 << 20;

    // The framework asks for a few bytes at a time; the socket is asked for all that it has.
    private const int MostAtOnce = 64 << 10;

    // Who takes nothing for so long is not there any more.
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    // It spins a little before it sleeps, which under load is long enough until more is asked for: measured, it halves what is waited for.
    private readonly SemaphoreSlim _wanted = new(0);
    private readonly Lane _lane = new();
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<int> _read;
    private readonly byte[] _arrived = new byte[MostAtOnce];
    private (int First, int Length) _unread;
    private Memory<byte> _into;
    private bool _hasCome;          // the waiter's alone
    private Waiting _waiting;
    private bool _listens = true;
    private bool _closed;

    private enum Waiting { Nobody, ForListen, ForSocket }

    private PulledStream(Socket socket)
    {
        _socket = socket;
        _socket.Blocking = false;
        Waiter = new Thread(Wait, Stack) { IsBackground = true, Name = "Upstream" };
        Waiter.UnsafeStart();
    }

    internal Thread Waiter { get; }

    /// <summary>What lies in the socket.</summary>
    internal int Arrived => _socket.Available;

    /// <summary>The framework connects on its event loop, and what was there once stays there: so this waits on a thread of its own.</summary>
    internal static async Task<PulledStream> Connect(EndPoint venue, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await Task.Factory.StartNew(() => socket.Connect(venue), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(cancel);
            return new PulledStream(socket);
        }
        catch
        {
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>What is read from now on waits for the socket, a read that was left waiting too.</summary>
    internal void Listen()
    {
        lock (_gate)
        {
            _listens = true;
            if (_waiting != Waiting.ForListen)
                return;
            _waiting = Waiting.ForSocket;
        }
        if (!TryComplete())
            _wanted.Release();
    }

    /// <summary>What is read from now on and is not there yet is left waiting until <see cref="Listen"/>.</summary>
    internal void Rest()
    {
        lock (_gate)
            _listens = false;
    }

    /// <summary>Who gives up a read gives up the connection: it is ended by closing, and the token is not looked at.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (TryReceive(buffer.Span, out var count))
            return new(count);
        _read.Reset();
        var result = new ValueTask<int>(this, _read.Version);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _into = buffer;
            _waiting = _listens ? Waiting.ForSocket : Waiting.ForListen;
            if (!_listens)
                return result;
        }
        _wanted.Release();
        return result;
    }

    private void Wait()
    {
        while (true)
        {
            _wanted.Wait();
            do
            {
                if (_closed)
                    return;
                Look();
                _lane.Run(static stream => stream._hasCome = stream.TryComplete(), this);
            }
            while (!_hasCome);
        }
    }

    private void Look()
    {
        try
        {
            _socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
            // Who is woken is let in before who works. Where they share a core, he who works goes on first, and more has come by then.
            Thread.Yield();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reading says what is wrong.
        }
    }

    /// <summary>False: there is still nothing.</summary>
    private bool TryComplete()
    {
        var (count, failure) = (0, (Exception?)null);
        try
        {
            if (!TryReceive(_into.Span, out count))
                return false;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            failure = e;
        }
        if (!TakeWaiting())
            return true;
        if (count == 0 && _closed)
            failure = new ObjectDisposedException(nameof(PulledStream));      // it is the end that was made here, not the venue's
        if (failure is null)
            _read.SetResult(count);
        else
            _read.SetException(failure);
        return true;
    }

    /// <summary>Who takes it completes the read: the socket's end and what it brought may come at once.</summary>
    private bool TakeWaiting()
    {
        lock (_gate)
        {
            var waited = _waiting != Waiting.Nobody;
            _waiting = Waiting.Nobody;
            return waited;
        }
    }

    private bool TryReceive(Span<byte> into, out int count)
    {
        count = 0;
        if (_unread.Length == 0 && !TryFill())
            return false;
        count = Math.Min(into.Length, _unread.Length);
        _arrived.AsSpan(_unread.First, count).CopyTo(into);
        _unread = (_unread.First + count, _unread.Length - count);
        return true;
    }

    /// <summary>True with nothing to read: it has ended.</summary>
    private bool TryFill()
    {
        var length = _socket.Receive(_arrived, SocketFlags.None, out var error);
        _unread = (0, length);
        return error switch
        {
            SocketError.Success => true,
            SocketError.WouldBlock => false,
            _ => throw new IOException(new SocketException((int)error).Message, new SocketException((int)error)),
        };
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var sent = _socket.Send(buffer.Span, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                await Task.Run(WaitForRoom, cancellationToken);
            else if (error != SocketError.Success)
                throw new IOException(new SocketException((int)error).Message, new SocketException((int)error));
            else
                buffer = buffer[sent..];
        }
    }

    private void WaitForRoom()
    {
        if (!_socket.Poll(SendPatience, SelectMode.SelectWrite))
            throw new IOException($"nothing was taken for {SendPatience.TotalSeconds:0} s");
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
        }
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The venue was faster.
        }
        _socket.Dispose();
        _wanted.Release();
        if (TakeWaiting())
            _read.SetException(new ObjectDisposedException(nameof(PulledStream)));
        base.Dispose(disposing);
    }

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);
    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is kept here.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
