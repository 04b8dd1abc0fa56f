using System.Text;

namespace Oddswire.Simulator.World;

// An account on the chain, in the three spellings that the venues use: lower case, EIP-55 and as a padded topic.
public sealed class Address
{
    private const int Size = 20;

    public Address(ReadOnlySpan<byte> bytes)
    {
        var digits = Convert.ToHexStringLower(bytes[..Size]);
        Text = "0x" + digits;
        Checksummed = Checksum(digits);
        Span<byte> padded = stackalloc byte[Word.Size];
        padded.Clear();
        bytes[..Size].CopyTo(padded[(Word.Size - Size)..]);
        Topic = Word.Of(padded);
    }

    public string Text { get; }

    public string Checksummed { get; }

    public Word Topic { get; }

    public static Address Parse(string text) => new(Convert.FromHexString(text.AsSpan(2)));

    public override string ToString() => Text;

    // EIP-55: a letter is upper case where the hash of the lower-case digits has a nibble of 8 or more.
    private static string Checksum(string digits)
    {
        var hash = Keccak.Hash(Encoding.ASCII.GetBytes(digits));
        return "0x" + string.Create(digits.Length, (digits, hash), static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var nibble = (from.hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF;
                text[i] = nibble >= 8 ? char.ToUpperInvariant(from.digits[i]) : from.digits[i];
            }
        });
    }
}
