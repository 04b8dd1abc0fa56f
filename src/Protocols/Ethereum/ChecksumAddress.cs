using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Ethereum;

/// <summary>EIP-55: a letter of the address is upper case where the hash of the lower-case digits has a nibble of 8 or more.</summary>
public static class ChecksumAddress
{
    public const int Length = 42;

    public static void Write(WalletId wallet, Span<byte> utf8)
    {
        wallet.TryFormat(utf8, out _);
        var digits = utf8[2..Length];
        Span<byte> hash = stackalloc byte[Keccak256.Size];
        Keccak256.Hash(digits, hash);
        for (var i = 0; i < digits.Length; i++)
        {
            var nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 0xF;
            if (nibble >= 8 && digits[i] >= (byte)'a') digits[i] -= 'a' - 'A';
        }
    }
}
