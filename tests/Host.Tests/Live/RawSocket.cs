using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Oddswire.Host.Downstream;
using Xunit;

namespace Oddswire.Host.Tests.Live;

/// <summary>A WebSocket client that does what no library lets one do. It knows only bytes.</summary>
internal sealed class RawSocket : IDisposable
{
    private static readonly byte[] Mask = [0x12, 0x34, 0x56, 0x78];

    private readonly Socket _socket;
    private CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private byte[] _bytes = [];

    private RawSocket(Socket socket) => _socket = socket;

    /// <summary>With a tiny receive buffer it is a client that leaves the sender waiting soon.</summary>
    internal static async Task<RawSocket> Open(Uri gateway, string path = "/demo-dev", int? receiveBuffer = null)
    {
        var raw = new RawSocket(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        if (receiveBuffer is { } size)
            raw._socket.ReceiveBufferSize = size;
        await raw._socket.ConnectAsync(gateway.Host, gateway.Port, raw.Limit);
        await raw.Bytes(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {gateway.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        var head = await raw.Head();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        // The example of RFC 6455, section 1.3.
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", head, StringComparison.Ordinal);
        return raw;
    }

    /// <summary>Five seconds from the last time it was asked for.</summary>
    private CancellationToken Limit
    {
        get
        {
            if (_limit.IsCancellationRequested)     // it was not asked for anything for so long
            {
                _limit.Dispose();
                _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            }
            _limit.CancelAfter(LiveGateway.Patience);
            return _limit.Token;
        }
    }

    internal Task Text(string text) => Frame(0x81, Encoding.UTF8.GetBytes(text));

    internal Task Frame(byte first, byte[] payload, bool masked = true) => Bytes(Made(first, payload, masked));

    internal static byte[] Made(byte first, byte[] payload, bool masked = true)
    {
        var mark = (byte)(masked ? 0x80 : 0);
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)(mark | payload.Length)],
            <= ushort.MaxValue => [(byte)(mark | 126), (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [(byte)(mark | 127), 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        return masked ? [first, .. length, .. Mask, .. payload.Select(static (value, i) => (byte)(value ^ Mask[i & 3]))] : [first, .. length, .. payload];
    }

    internal async Task Bytes(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes, Limit)..];
    }

    /// <summary>The next frame; its payload has a code in front when it is a close. Null: the connection has ended.</summary>
    internal async Task<(Opcode Opcode, byte[] Payload)?> Next()
    {
        while (true)
        {
            if (WebSocketFrames.TryReadHeader(_bytes, out var header) && _bytes.Length >= header.Size + (int)header.Length)
            {
                Assert.True(header is { Final: true, Masked: false, Reserved: false });
                var payload = _bytes[header.Size..(header.Size + (int)header.Length)];
                _bytes = _bytes[(header.Size + (int)header.Length)..];
                return (header.Opcode, payload);
            }
            if (!await Read())
                return null;
        }
    }

    /// <summary>The next text frame, whatever comes between.</summary>
    internal async Task<string> NextText()
    {
        while (await Next() is var (opcode, payload))
        {
            if (opcode == Opcode.Text)
                return Encoding.UTF8.GetString(payload);
        }
        throw new InvalidOperationException("the connection ended");
    }

    /// <summary>The code of the close frame, which must be the last that comes.</summary>
    internal async Task<int?> ClosedWith()
    {
        while (await Next() is var (opcode, payload))
        {
            if (opcode != Opcode.Close)
                continue;
            return payload.Length == 0 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload);
        }
        return null;
    }

    /// <summary>We send no more; what the other side still has to say is heard.</summary>
    internal void Half() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Gone, without an end.</summary>
    internal void Reset() => _socket.Close(0);

    /// <summary>Nothing more comes, and the connection is over.</summary>
    internal async Task Ended()
    {
        try
        {
            Assert.Null(await Next());
        }
        catch (SocketException)
        {
            // Reset: over as well.
        }
    }

    private async Task<string> Head()
    {
        int end;
        while ((end = Encoding.ASCII.GetString(_bytes).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            Assert.True(await Read());
        var head = Encoding.ASCII.GetString(_bytes, 0, end);
        _bytes = _bytes[(end + 4)..];
        return head;
    }

    private async Task<bool> Read()
    {
        var count = await _socket.ReceiveAsync(_buffer, Limit);
        _bytes = [.. _bytes, .. _buffer.AsSpan(0, count)];
        return count > 0;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _limit.Dispose();
    }
}
