using System.Globalization;
using System.Net;
using System.Net.WebSockets;

namespace Oddswire.Client;

/// <summary>The real thing: a WebSocket of the framework, with ping frames that find a dead peer.</summary>
public static class WebSocketDialer
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    public static ValueTask<IClientSocket> Dial(Uri address, CancellationToken cancel) => Dial(address, [], cancel);

    public static async ValueTask<IClientSocket> Dial(Uri address, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        foreach (var (name, value) in headers) socket.Options.SetRequestHeader(name, value);
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = Heartbeat;
        socket.Options.KeepAliveTimeout = Heartbeat;
        try
        {
            await socket.ConnectAsync(address, cancel);
            return new Connected(socket);
        }
        catch (WebSocketException fault)
        {
            var (status, retryAfter) = (socket.HttpStatusCode, RetryAfter(socket));
            socket.Dispose();
            throw status == default || status == HttpStatusCode.SwitchingProtocols ? new IOException(fault.Message, fault) : new DialRefusedException(status, retryAfter, fault);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static TimeSpan? RetryAfter(ClientWebSocket socket)
    {
        var values = socket.HttpResponseHeaders?.FirstOrDefault(static header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value;
        return int.TryParse(values?.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
    }

    private sealed class Connected(ClientWebSocket socket) : IClientSocket
    {
        // Events have about 900 bytes, books sometimes more than 32 KiB; a frame of this size comes from nobody.
        private const int Longest = 8 * 1024 * 1024;
        private byte[] _buffer = new byte[16 * 1024];

        public string CloseReason => $"{(int?)socket.CloseStatus} {socket.CloseStatusDescription}".Trim();

        public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken cancel)
        {
            var length = 0;
            while (true)
            {
                if (length == _buffer.Length) Grow();
                ValueWebSocketReceiveResult part;
                try
                {
                    part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
                }
                catch (Exception fault) when (fault is WebSocketException or InvalidOperationException || (fault is OperationCanceledException && !cancel.IsCancellationRequested))
                {
                    throw new IOException(fault.Message, fault); // also when a failed send or a missing pong has aborted the socket
                }
                if (part.MessageType == WebSocketMessageType.Close) return null;
                length += part.Count;
                if (part.EndOfMessage) return _buffer.AsMemory(0, length);
            }
        }

        public async ValueTask Send(ReadOnlyMemory<byte> message, CancellationToken cancel)
        {
            try
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancel);
            }
            catch (Exception fault) when (fault is WebSocketException or ObjectDisposedException or InvalidOperationException)
            {
                throw new IOException(fault.Message, fault);
            }
        }

        public async ValueTask DisposeAsync()
        {
            // Our half of the closing handshake if there is somebody to hear it; never wait for theirs.
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                try
                {
                    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                }
                catch (Exception fault) when (fault is WebSocketException or OperationCanceledException or ObjectDisposedException)
                {
                    // It is closed either way.
                }
            }
            socket.Dispose();
        }

        private void Grow()
        {
            if (_buffer.Length >= Longest) throw new IOException($"a message of more than {Longest} bytes");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
