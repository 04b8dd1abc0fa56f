using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Oddswire.Host.Downstream;

internal enum Opcode : byte { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 }

/// <summary>RFC 6455 frames, server side: what we send is unmasked and whole, what we get is masked.</summary>
internal static class WebSocketFrames
{
    internal const int MaxHeader = 10;
    internal const int MaxControl = 125;

    internal static int WriteHeader(Span<byte> to, Opcode opcode, int length)
    {
        to[0] = (byte)(0x80 | (byte)opcode);
        if (length < 126)
        {
            to[1] = (byte)length;
            return 2;
        }
        if (length <= ushort.MaxValue)
        {
            to[1] = 126;
            BinaryPrimitives.WriteUInt16BigEndian(to[2..], (ushort)length);
            return 4;
        }
        to[1] = 127;
        BinaryPrimitives.WriteUInt64BigEndian(to[2..], (ulong)length);
        return 10;
    }

    /// <summary>The header at the front of <paramref name="bytes"/>. False: more bytes are needed.</summary>
    internal static bool TryReadHeader(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2)
            return false;
        var masked = (bytes[1] & 0x80) != 0;
        long length = bytes[1] & 0x7F;
        var at = 2;
        if (length == 126)
        {
            if (bytes.Length < 4)
                return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            at = 4;
        }
        else if (length == 127)
        {
            if (bytes.Length < 10)
                return false;
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
            at = 10;
        }
        uint mask = 0;
        if (masked)
        {
            if (bytes.Length < at + 4)
                return false;
            mask = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            at += 4;
        }
        header = new FrameHeader((bytes[0] & 0x80) != 0, (bytes[0] & 0x70) != 0, (Opcode)(bytes[0] & 0x0F), masked, mask, length, at);
        return true;
    }

    internal static void Unmask(Span<byte> payload, uint mask)
    {
        var eights = MemoryMarshal.Cast<byte, ulong>(payload);
        foreach (ref var eight in eights)
            eight ^= ((ulong)mask << 32) | mask;
        // The mask is read as the machine reads, as the eights are: its first byte is the lowest.
        for (var i = eights.Length * 8; i < payload.Length; i++)
            payload[i] ^= (byte)(mask >> (8 * (i & 3)));
    }
}

/// <param name="Reserved">A reserved bit is set: an extension that nobody agreed on.</param>
internal readonly record struct FrameHeader(bool Final, bool Reserved, Opcode Opcode, bool Masked, uint Mask, long Length, int Size)
{
    internal bool IsControl => Opcode >= Opcode.Close;

    /// <summary>By the letter of RFC 6455, as far as one frame tells.</summary>
    internal bool IsLegal => !Reserved && Masked && Length >= 0
        && Opcode is Opcode.Continuation or Opcode.Text or Opcode.Binary or Opcode.Close or Opcode.Ping or Opcode.Pong
        && (!IsControl || (Final && Length <= WebSocketFrames.MaxControl));
}
