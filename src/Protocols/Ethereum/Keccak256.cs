using System.Buffers.Binary;
using System.Numerics;

namespace Oddswire.Protocols.Ethereum;

/// <summary>Keccak-256 with the padding from before SHA-3 was a standard, as Ethereum has it: the framework knows only the later one.</summary>
public static class Keccak256
{
    public const int Size = 32;

    private const int Rate = 136;
    private const int Lanes = 25;

    private static ReadOnlySpan<ulong> Rounds =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000, 0x000000000000808B, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    // Where the walk through the lanes goes next, and by how much the lane that is moved there turns.
    private static ReadOnlySpan<byte> Places => [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    private static ReadOnlySpan<byte> Turns => [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[Size];
        Hash(data, hash);
        return hash;
    }

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<ulong> state = stackalloc ulong[Lanes];
        state.Clear();
        for (; data.Length >= Rate; data = data[Rate..]) Absorb(state, data);
        Span<byte> last = stackalloc byte[Rate];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] = 0x01;
        last[^1] |= 0x80;
        Absorb(state, last);
        for (var lane = 0; lane < Size / sizeof(ulong); lane++) BinaryPrimitives.WriteUInt64LittleEndian(hash[(lane * sizeof(ulong))..], state[lane]);
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var lane = 0; lane < Rate / sizeof(ulong); lane++) state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(lane * sizeof(ulong))..]);
        Span<ulong> row = stackalloc ulong[5];
        foreach (var constant in Rounds)
        {
            Mix(state, row);
            Walk(state);
            for (var at = 0; at < Lanes; at += 5)
            {
                state.Slice(at, 5).CopyTo(row);
                for (var x = 0; x < 5; x++) state[at + x] ^= ~row[(x + 1) % 5] & row[(x + 2) % 5];
            }
            state[0] ^= constant;
        }
    }

    private static void Mix(Span<ulong> state, Span<ulong> parity)
    {
        for (var x = 0; x < 5; x++) parity[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
        for (var x = 0; x < 5; x++)
        {
            var mixed = parity[(x + 4) % 5] ^ BitOperations.RotateLeft(parity[(x + 1) % 5], 1);
            for (var at = x; at < Lanes; at += 5) state[at] ^= mixed;
        }
    }

    private static void Walk(Span<ulong> state)
    {
        var moving = state[1];
        for (var step = 0; step < Places.Length; step++) (state[Places[step]], moving) = (BitOperations.RotateLeft(moving, Turns[step]), state[Places[step]]);
    }
}
