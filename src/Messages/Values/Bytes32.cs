using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Oddswire.Messages.Values;

/// <summary>32 bytes as four big-endian words: what hashes, condition ids and the chain's data words are made of.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Bytes32(ulong A, ulong B, ulong C, ulong D) : IWireText<Bytes32>
{
    public const int Size = 32;

    private static readonly ulong Seed = Random(1), OtherSeed = Random(2);

    public static int MaxLength => 2 + (2 * Size);

    public static Bytes32 From(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[24..], D);
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Bytes32 value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var read = Hex.TryRead(utf8, bytes);
        value = read ? From(bytes) : default;
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Bytes32 value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written)
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Hex.TryWrite(bytes, utf8, out written);
    }

    // Seeded per process, and all bits go in before any is lost: otherwise anyone could craft collisions.
    public override int GetHashCode() => Hash(A, B, C, D);

    internal static int Hash(ulong a, ulong b, ulong c, ulong d) => Hash(a, b, c, d, Seed, OtherSeed);

    /// <remarks>
    /// What follows the two products makes their upper half count for the lower bits, which choose a bucket: without
    /// it values that differ in few bits share a handful of buckets under some seeds.
    /// </remarks>
    internal static int Hash(ulong a, ulong b, ulong c, ulong d, ulong seed, ulong otherSeed)
    {
        var high = Math.BigMul(a ^ seed, b ^ otherSeed, out var low);
        var mixed = Math.BigMul(c ^ otherSeed ^ low, d ^ seed ^ high, out var lower) ^ lower;
        return (int)(((mixed ^ (mixed >> 32)) * 0x9E3779B97F4A7C15) >> 32);
    }

    public override string ToString() => WireText.ToString(this);

    // HashCode has a seed of its own in each process.
    private static ulong Random(int number) => ((ulong)(uint)HashCode.Combine(number) << 32) | (uint)HashCode.Combine(number, number);
}
