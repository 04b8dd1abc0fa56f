using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Books;

/// <summary>The venue's own word on what a book looks like: SHA-1 over its text, 40 hex digits without a prefix.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BookHash(ulong A, ulong B, uint C) : IWireText<BookHash>
{
    public const int Size = 20;

    public static int MaxLength => 2 * Size;

    public static BookHash From(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]));

    public static bool TryParse(ReadOnlySpan<byte> utf8, out BookHash value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var read = utf8.Length == MaxLength && Convert.FromHexString(utf8, bytes, out _, out _) == OperationStatus.Done;
        value = read ? From(bytes) : default;
        return read;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out BookHash value) => WireText.TryParse(text, out value);

    public bool TryFormat(Span<byte> utf8, out int written)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, A);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], B);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], C);
        return Convert.TryToHexStringLower(bytes, utf8, out written);
    }

    public override string ToString() => WireText.ToString(this);
}
