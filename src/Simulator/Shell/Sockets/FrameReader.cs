using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;
using Oddswire.Simulator.Venues;

namespace Oddswire.Simulator.Shell.Sockets;

// Takes a client's messages from its bytes (RFC 6455, section 5): masked frames, put together where a message comes in
// several, never more in memory than the limit.
internal sealed class FrameReader(PipeReader input, int limit)
{
    private const int LargestControl = 125;

    private readonly ArrayBufferWriter<byte> _fragments = new();
    private byte[] _payload = [];
    private ClientFrameKind? _started;

    // Null at the end of the stream.
    public async ValueTask<ClientFrame?> Read(CancellationToken cancellation)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellation);
            var rest = result.Buffer;
            var message = Take(ref rest);
            input.AdvanceTo(rest.Start, message is null ? rest.End : rest.Start);
            if (message is not null) return message;
            if (result.IsCompleted) return null;
        }
    }

    // Takes frames until a message is whole, or until more bytes are needed.
    private ClientFrame? Take(ref ReadOnlySequence<byte> bytes)
    {
        while (TryTakeFrame(ref bytes, out var head, out var payload))
        {
            var (final, opcode) = ((head & 0x80) != 0, head & 0x0F);
            if (opcode >= 8) return Control(opcode, final, payload);
            if (opcode == 0 != _started is not null) throw new FrameException(1002, "unexpected continuation");
            _started ??= opcode switch
            {
                1 => ClientFrameKind.Text,
                2 => ClientFrameKind.Binary,
                _ => throw new FrameException(1002, "unknown opcode"),
            };
            if (final && opcode != 0) return Whole(payload);
            if (_fragments.WrittenCount + payload.Length > limit) throw new FrameException(1009, "message too big");
            _fragments.Write(payload.Span);
            if (final) return Whole(_fragments.WrittenMemory);
        }
        return null;
    }

    private ClientFrame Whole(ReadOnlyMemory<byte> payload)
    {
        var kind = _started!.Value;
        _started = null;
        if (kind == ClientFrameKind.Text && !Utf8.IsValid(payload.Span)) throw new FrameException(1007, "not UTF-8");
        // The payload stays valid until the next read: the buffer is only rewound, not wiped.
        _fragments.ResetWrittenCount();
        return new ClientFrame(kind, payload);
    }

    private static ClientFrame Control(int opcode, bool final, ReadOnlyMemory<byte> payload)
    {
        if (!final || payload.Length > LargestControl) throw new FrameException(1002, "bad control frame");
        return opcode switch
        {
            8 => new ClientFrame(ClientFrameKind.Close, payload),
            9 => new ClientFrame(ClientFrameKind.Ping, payload),
            10 => new ClientFrame(ClientFrameKind.Pong, payload),
            _ => throw new FrameException(1002, "unknown opcode"),
        };
    }

    private bool TryTakeFrame(ref ReadOnlySequence<byte> bytes, out int head, out ReadOnlyMemory<byte> payload)
    {
        (head, payload) = (0, default);
        var reader = new SequenceReader<byte>(bytes);
        if (!reader.TryRead(out var first) || !reader.TryRead(out var second)) return false;
        if ((first & 0x70) != 0) throw new FrameException(1002, "no extension was agreed");
        if ((second & 0x80) == 0) throw new FrameException(1002, "client frames are masked");
        if (!TryReadLength(ref reader, second & 0x7F, out var length)) return false;
        if (length > limit) throw new FrameException(1009, "message too big");
        Span<byte> mask = stackalloc byte[4];
        if (!reader.TryCopyTo(mask)) return false;
        reader.Advance(mask.Length);
        if (reader.Remaining < length) return false;
        if (_payload.Length < length) _payload = new byte[length];
        var target = _payload.AsSpan(0, (int)length);
        reader.TryCopyTo(target);
        for (var i = 0; i < target.Length; i++) target[i] ^= mask[i & 3];
        bytes = bytes.Slice(bytes.GetPosition(length, reader.Position));
        (head, payload) = (first, _payload.AsMemory(0, (int)length));
        return true;
    }

    private static bool TryReadLength(ref SequenceReader<byte> reader, int shortLength, out long length)
    {
        length = shortLength;
        if (shortLength < 126) return true;
        if (shortLength == 127) return reader.TryReadBigEndian(out length) && (length >= 0 ? true : throw new FrameException(1002, "negative length"));
        var read = reader.TryReadBigEndian(out short two);
        length = (ushort)two;
        return read;
    }
}
