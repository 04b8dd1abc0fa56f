using System.Buffers.Binary;
using System.Buffers.Text;

namespace Oddswire.Messages.Values;

/// <summary>
/// A uint256 as decimal text, 19 digits at a time: 10^19 is the largest power of ten in a word, and its top bit is set,
/// so a word is divided by it with one precomputed reciprocal (Moller and Granlund, "Improved division by invariant integers").
/// </summary>
internal static class Decimal256
{
    private const int ChunkDigits = 19;
    private const ulong Chunk = 10_000_000_000_000_000_000;
    private static readonly ulong Reciprocal = (ulong)(UInt128.MaxValue / Chunk);
    private static readonly ulong[] PowersOfTen = Powers();

    public static bool TryParse(ReadOnlySpan<byte> utf8, out Bytes32 value)
    {
        value = default;
        if (utf8.IsEmpty || utf8.Length > TokenId.MaxLength) return false;
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        while (!utf8.IsEmpty)
        {
            var digits = utf8.Length % ChunkDigits is 0 ? ChunkDigits : utf8.Length % ChunkDigits;
            if (!TryParse(utf8[..digits], out ulong chunk)) return false;
            if (!MultiplyAdd(words, PowersOfTen[digits], chunk)) return false;
            utf8 = utf8[digits..];
        }
        value = new(words[0], words[1], words[2], words[3]);
        return true;
    }

    private static bool TryParse(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        for (; digits.Length >= sizeof(ulong); digits = digits[sizeof(ulong)..])
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(digits) ^ 0x3030_3030_3030_3030;
            // A digit is 0 to 9 now: with six more it stays below 16.
            if (((eight | (eight + 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0) != 0) return false;
            eight = (eight * 10) + (eight >> 8);
            eight = ((eight & 0x0000_00FF_0000_00FF) * 0x000F_4240_0000_0064 + ((eight >> 16) & 0x0000_00FF_0000_00FF) * 0x0000_2710_0000_0001) >> 32;
            value = (value * 100_000_000) + eight;
        }
        foreach (var character in digits)
        {
            var digit = (uint)(character - '0');
            if (digit > 9) return false;
            value = (value * 10) + digit;
        }
        return true;
    }

    public static bool TryFormat(Bytes32 value, Span<byte> utf8, out int written)
    {
        Span<ulong> words = [value.A, value.B, value.C, value.D];
        Span<ulong> chunks = stackalloc ulong[5];
        var count = 0;
        var first = 0;
        do
        {
            chunks[count++] = Divide(words[first..]);
            while (first < words.Length && words[first] == 0) first++;
        }
        while (first < words.Length);

        if (!Utf8Formatter.TryFormat(chunks[--count], utf8, out written)) return false;
        while (count > 0)
        {
            if (!Utf8Formatter.TryFormat(chunks[--count], utf8[written..], out var more, new('D', ChunkDigits))) return false;
            written += more;
        }
        return true;
    }

    private static bool MultiplyAdd(Span<ulong> words, ulong factor, ulong carry)
    {
        for (var i = words.Length - 1; i >= 0; i--)
        {
            var high = Math.BigMul(words[i], factor, out var low);
            words[i] = low + carry;
            carry = high + (words[i] < low ? 1UL : 0);
        }
        return carry == 0;
    }

    /// <summary>Leaves the quotient in the words, most significant first, and returns the remainder.</summary>
    private static ulong Divide(Span<ulong> words)
    {
        ulong remainder = 0;
        foreach (ref var word in words)
        {
            var high = Math.BigMul(Reciprocal, remainder, out var low);
            low += word;
            high += remainder + (low < word ? 1UL : 0) + 1;
            remainder = word - (high * Chunk);
            if (remainder > low)
            {
                high--;
                remainder += Chunk;
            }
            if (remainder >= Chunk)
            {
                high++;
                remainder -= Chunk;
            }
            word = high;
        }
        return remainder;
    }

    private static ulong[] Powers()
    {
        var powers = new ulong[ChunkDigits + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
