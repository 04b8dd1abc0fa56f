using System.Buffers.Binary;
using System.Text;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulator.Shell.Sockets;

// Puts frames into one buffer and hands it to the stream when it is full: one write for many small frames.
internal sealed class FrameWriter(Stream stream)
{
    private const int LongestHeader = 10;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    public async ValueTask Write(ServerFrame frame, CancellationToken cancellation)
    {
        if (_used + LongestHeader > _buffer.Length) await Flush(cancellation);
        var payload = frame.Kind == FrameKind.Close ? ClosePayload(frame) : default;
        WriteHeader(frame.Kind, frame.Kind == FrameKind.Close ? payload.Length : frame.Length);
        // A frame that breaks off still announces its full length.
        var left = frame.Kind == FrameKind.Half ? frame.Length / 2 : int.MaxValue;
        left = await Put(frame.Head, left, cancellation);
        left = await Put(frame.Kind == FrameKind.Close ? payload : frame.Body, left, cancellation);
        await Put(frame.Tail, left, cancellation);
    }

    public async ValueTask Flush(CancellationToken cancellation)
    {
        if (_used == 0) return;
        await stream.WriteAsync(_buffer.AsMemory(0, _used), cancellation);
        _used = 0;
    }

    private void WriteHeader(FrameKind kind, int length)
    {
        var target = _buffer.AsSpan(_used);
        target[0] = (byte)(0x80 | kind switch
        {
            FrameKind.Binary => 2,
            FrameKind.Close => 8,
            FrameKind.Ping => 9,
            FrameKind.Pong => 10,
            _ => 1,
        });
        if (length < 126)
        {
            target[1] = (byte)length;
            _used += 2;
        }
        else if (length <= ushort.MaxValue)
        {
            target[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)length);
            _used += 4;
        }
        else
        {
            target[1] = 127;
            BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)length);
            _used += LongestHeader;
        }
    }

    // Returns how much may still be written of the frame.
    private async ValueTask<int> Put(ReadOnlyMemory<byte> part, int left, CancellationToken cancellation)
    {
        if (part.Length > left) part = part[..left];
        left -= part.Length;
        while (part.Length > 0)
        {
            if (_used == _buffer.Length) await Flush(cancellation);
            var size = Math.Min(part.Length, _buffer.Length - _used);
            part[..size].CopyTo(_buffer.AsMemory(_used));
            _used += size;
            part = part[size..];
        }
        return left;
    }

    private static ReadOnlyMemory<byte> ClosePayload(in ServerFrame frame)
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(frame.Reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)frame.Code);
        Encoding.UTF8.GetBytes(frame.Reason, payload.AsSpan(2));
        return payload;
    }
}
