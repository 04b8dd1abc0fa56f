using System.Buffers.Binary;
using System.Numerics;

namespace Oddswire.Simulator.World;

// A 32-byte word of the chain: a hash, a padded address, a token id or an amount.
public readonly record struct Word(ulong A, ulong B, ulong C, ulong D)
{
    public const int Size = 32;

    public static Word Of(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    public static Word Of(long number) => new(0, 0, 0, checked((ulong)number));

    public static Word Of(BigInteger number)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var length = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(bytes[(Size - length)..], out _, isUnsigned: true, isBigEndian: true);
        return Of(bytes);
    }

    public static Word Draw(Random random)
    {
        Span<byte> bytes = stackalloc byte[Size];
        random.NextBytes(bytes);
        return Of(bytes);
    }

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], D);
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return "0x" + Convert.ToHexStringLower(bytes);
    }

    // 0x and 64 hex digits, either case; false for anything else.
    public static bool TryParse(ReadOnlySpan<char> text, out Word word)
    {
        word = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != 2 + (2 * Size) || !text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return false;
        if (Convert.FromHexString(text[2..], bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        word = Of(bytes);
        return true;
    }
}
