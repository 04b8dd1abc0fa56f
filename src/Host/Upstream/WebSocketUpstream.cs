using System.Collections.Immutable;
using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Oddswire.Actors.Ports;

namespace Oddswire.Host.Upstream;

/// <summary>Dials venues with the framework's WebSocket client.</summary>
public sealed class WebSocketUpstream(TimeProvider time) : IUpstream
{
    public async ValueTask<IUpstreamSocket> Dial(UpstreamAddress address, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = address.Ping ?? TimeSpan.FromSeconds(20);
        if (address.Ping is { } ping)
            socket.Options.KeepAliveTimeout = ping;
        foreach (var (name, value) in address.Headers)
            socket.Options.SetRequestHeader(name, value);
        try
        {
            return new WebSocketUpstreamSocket(socket, await Connect(socket, address.Url, cancel));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            using (socket)
                throw Refused(socket, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The framework goes on with a connection whose request was given up, and a venue may let it wait for ever: so it is closed here.</summary>
    private static async Task<PulledStream> Connect(ClientWebSocket socket, Uri url, CancellationToken cancel)
    {
        PulledStream? stream = null;
        using var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (to, _) =>
            {
                stream = await PulledStream.Connect(to.DnsEndPoint, cancel);
                if (cancel.IsCancellationRequested)
                    await stream.DisposeAsync();        // it came too late for who gave up
                return stream;
            },
        };
        using var invoker = new HttpMessageInvoker(handler);
        try
        {
            await socket.ConnectAsync(url, invoker, cancel);
            return stream!;
        }
        catch when (stream is not null)
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private DialFailedException Refused(ClientWebSocket socket, Exception cause)
    {
        var status = (int)socket.HttpStatusCode;
        return new DialFailedException(cause.InnerException?.Message ?? cause.Message, cause)
        {
            Status = status == 0 ? null : status,
            RetryAfter = RetryAfter(socket.HttpResponseHeaders),
        };
    }

    /// <summary>Seconds, or a date.</summary>
    private TimeSpan? RetryAfter(IReadOnlyDictionary<string, IEnumerable<string>>? headers)
    {
        if (headers?.FirstOrDefault(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault() is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) ? at - time.GetUtcNow() : null;
    }
}

/// <summary>Reads whole text frames, as many as have arrived; sends through a bounded queue of its own.</summary>
internal sealed class WebSocketUpstreamSocket : IUpstreamSocket
{
    // A venue that takes nothing while this many frames wait is not there any more.
    private const int MostWaiting = 1_000;

    // Snapshots of venues exceed a megabyte in one frame; beyond this it is no protocol of ours.
    internal const int LargestFrame = 32 << 20;
    private const int MostFrames = 256;

    // With so much in hand the rest is read when this has been handed on.
    private const int EnoughBytes = 4 << 20;

    // Of most frames; what a large one needed is let go of.
    private const int UsualBuffer = 16 << 10;
    private const int LargestKept = 1 << 20;

    private readonly ClientWebSocket _socket;
    private readonly PulledStream _stream;
    private readonly System.Threading.Channels.Channel<ReadOnlyMemory<byte>> _outgoing =
        System.Threading.Channels.Channel.CreateBounded<ReadOnlyMemory<byte>>(new System.Threading.Channels.BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Task _sending;
    private readonly List<ReadOnlyMemory<byte>> _frames = [];      // whole, and not handed on yet
    private byte[] _buffer = new byte[UsualBuffer];
    private int _length;                                            // of what has come of the next one
    private ValueTask<ValueWebSocketReceiveResult>? _ahead;

    internal WebSocketUpstreamSocket(ClientWebSocket socket, PulledStream stream)
    {
        (_socket, _stream) = (socket, stream);
        _sending = SendAll();
    }

    /// <summary>What it keeps in memory to read into.</summary>
    internal int Held => _buffer.Length;

    public void Send(ReadOnlyMemory<byte> text)
    {
        if (!_outgoing.Writer.TryWrite(text))
            _socket.Abort();
    }

    // Most batches are one frame: what waits for it is used again, and only what is handed on is allocated.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ImmutableArray<ReadOnlyMemory<byte>>> Receive(CancellationToken cancel)
    {
        try
        {
            var bytes = 0;
            do
            {
                while (!TryTake(await Part(cancel)))
                {
                    // A frame may come in parts.
                }
                bytes += _frames[^1].Length;
            }
            // What has arrived meanwhile comes along; what has not is awaited by the next call.
            while (_frames.Count < MostFrames && bytes < EnoughBytes && NextIsHere(cancel));
        }
        catch (Exception e) when (e is UpstreamClosedException or WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The frames before the end are handed on; the next call tells of the end again.
            if (_frames.Count == 0)
                throw e as UpstreamClosedException ?? Closed(e);
        }
        ImmutableArray<ReadOnlyMemory<byte>> batch = [.. _frames];
        _frames.Clear();
        return batch;
    }

    private bool NextIsHere(CancellationToken cancel)
    {
        if (_socket.State != WebSocketState.Open)
            return false;
        // Nobody waits for it while what is here is worked on.
        _stream.Rest();
#pragma warning disable CA2012 // It is consumed once, by the next Part.
        _ahead ??= _socket.ReceiveAsync(_buffer.AsMemory(), cancel);
#pragma warning restore CA2012
        return _ahead.Value.IsCompleted;
    }

    /// <summary>What was looked for already, or what comes next.</summary>
    private ValueTask<ValueWebSocketReceiveResult> Part(CancellationToken cancel)
    {
        if (_length > LargestFrame)
            throw new UpstreamClosedException("too large") { Reason = $"a frame of more than {LargestFrame} bytes" };
        // One byte more than is allowed shows that it is too large.
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, LargestFrame + 1));
        var part = _ahead ?? _socket.ReceiveAsync(_buffer.AsMemory(_length), cancel);
        _ahead = null;
        if (!part.IsCompleted)
            _stream.Listen();
        return part;
    }

    /// <summary>True: with this part a frame is whole.</summary>
    private bool TryTake(ValueWebSocketReceiveResult part)
    {
        if (part.MessageType == WebSocketMessageType.Close)
            throw Closed(null);
        _length += part.Count;
        if (!part.EndOfMessage || _length > LargestFrame)
            return false;
        _frames.Add(_buffer.AsSpan(0, _length).ToArray());
        _length = 0;
        if (_buffer.Length > LargestKept)
            _buffer = new byte[UsualBuffer];
        return true;
    }

    private UpstreamClosedException Closed(Exception? cause) => new(cause?.Message ?? "closed", cause!)
    {
        Code = (int?)_socket.CloseStatus,
        Reason = _socket.CloseStatusDescription ?? "",
    };

    private async Task SendAll()
    {
        try
        {
            await foreach (var frame in _outgoing.Reader.ReadAllAsync())
                await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            _socket.Abort();        // the reading side tells of the end
        }
    }

    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.TryComplete();
        if (_socket.State == WebSocketState.Open)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            try
            {
                await _sending.WaitAsync(patience.Token);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException)
            {
                // It was on its way out anyway.
            }
        }
        _socket.Dispose();
    }
}
