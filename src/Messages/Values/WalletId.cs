using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Oddswire.Messages.Values;

/// <summary>A 20-byte address: wallets, and the contracts that stand in for one. Read in any case, written in lower case.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WalletId(ulong A, ulong B, uint C) : IWireText<WalletId>
{
    public const int Size = 20;

    public static int MaxLength => 2 + (2 * Size);

    public static WalletId From(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]));

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], C);
    }

    /// <summary>The address in a log topic or data word: 12 zero bytes, then the address.</summary>
    public static bool TryFromWord(Bytes32 word, out WalletId value)
    {
        var padded = word.A == 0 && word.B >> 32 == 0;
        value = padded ? new((word.B << 32) | (word.C >> 32), (word.C << 32) | (word.D >> 32), (uint)word.D) : default;
        return padded;
    }

    public Bytes32 ToWord() => new(0, A >> 32, (A << 32) | (B >> 32), (B << 32) | C);

    public static bool TryParse(ReadOnlySpan<byte> utf8, out WalletId value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var read = Hex.TryRead(utf8, bytes);
        value = read ? From(bytes) : default;
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out WalletId value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written)
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Hex.TryWrite(bytes, utf8, out written);
    }

    // A client may send 100,000 addresses of its own choice.
    public override int GetHashCode() => Bytes32.Hash(A, B, C, 0);

    public override string ToString() => WireText.ToString(this);
}
