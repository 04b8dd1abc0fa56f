namespace Oddswire.Messages.Values;

/// <summary>Ids of our own making: a four-letter prefix and ten characters of [a-z0-9], kept as one number.</summary>
internal static class Base36
{
    public const int TextLength = 14;
    private const int Prefix = 4;
    private const long Count = 3_656_158_440_062_976; // 36^10

    public static ulong Next(Random random) => (ulong)random.NextInt64(Count);

    public static bool TryParse(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> utf8, out ulong number)
    {
        number = 0;
        if (utf8.Length != TextLength || !utf8.StartsWith(prefix)) return false;
        foreach (var character in utf8[Prefix..])
        {
            var digit = character switch
            {
                >= (byte)'0' and <= (byte)'9' => character - '0',
                >= (byte)'a' and <= (byte)'z' => character - 'a' + 10,
                _ => -1,
            };
            if (digit < 0) return false;
            number = (number * 36) + (uint)digit;
        }
        return true;
    }

    public static bool TryFormat(ReadOnlySpan<byte> prefix, ulong number, Span<byte> utf8, out int written)
    {
        written = 0;
        if (utf8.Length < TextLength) return false;
        prefix.CopyTo(utf8);
        for (var i = TextLength - 1; i >= Prefix; i--, number /= 36) utf8[i] = "0123456789abcdefghijklmnopqrstuvwxyz"u8[(int)(number % 36)];
        written = TextLength;
        return true;
    }
}
