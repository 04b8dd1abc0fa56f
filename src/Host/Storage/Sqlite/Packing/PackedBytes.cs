using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Oddswire.Messages.Values;

namespace Oddswire.Host.Storage.Sqlite.Packing;

// Values one behind the other, without names, and at their end a checksum: a bit that a disk has turned would otherwise be another
// transaction, and nobody would know.
internal ref struct PackedWriter(Span<byte> to)
{
    private readonly Span<byte> _to = to;
    private int _length;

    public void Byte(byte value) => _to[_length++] = value;

    public void Number(int value) => BinaryPrimitives.WriteInt32BigEndian(Next(sizeof(int)), value);

    public void Number(long value) => BinaryPrimitives.WriteInt64BigEndian(Next(sizeof(long)), value);

    public void Word(Bytes32 value) => value.CopyTo(Next(Bytes32.Size));

    public void Wallet(WalletId value) => value.CopyTo(Next(WalletId.Size));

    public void Text(string value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        Number(bytes);
        Encoding.UTF8.GetBytes(value, Next(bytes));
    }

    public ReadOnlySpan<byte> Closed()
    {
        var sum = PackedReader.SumOf(_to[.._length]);
        BinaryPrimitives.WriteUInt32BigEndian(Next(sizeof(uint)), sum);
        return _to[.._length];
    }

    private Span<byte> Next(int bytes)
    {
        var next = _to.Slice(_length, bytes);
        _length += bytes;
        return next;
    }
}

internal ref struct PackedReader
{
    private ReadOnlySpan<byte> _rest;

    private PackedReader(ReadOnlySpan<byte> values) => _rest = values;

    // False: it is not what was written.
    public static bool TryOpen(ReadOnlySpan<byte> packed, out PackedReader reader)
    {
        var isWhole = packed.Length > sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(packed[^sizeof(uint)..]) == SumOf(packed[..^sizeof(uint)]);
        reader = new(isWhole ? packed[..^sizeof(uint)] : default);
        return isWhole;
    }

    public byte Byte() => Next(1)[0];

    public int Number32() => BinaryPrimitives.ReadInt32BigEndian(Next(sizeof(int)));

    public long Number64() => BinaryPrimitives.ReadInt64BigEndian(Next(sizeof(long)));

    public Bytes32 Word() => Bytes32.From(Next(Bytes32.Size));

    public WalletId Wallet() => WalletId.From(Next(WalletId.Size));

    public string Text() => Encoding.UTF8.GetString(Next(Number32()));

    // CRC-32C, which the processor has an instruction for.
    internal static uint SumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = ~0u;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes) sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    private ReadOnlySpan<byte> Next(int bytes)
    {
        var next = _rest[..bytes];
        _rest = _rest[bytes..];
        return next;
    }
}
