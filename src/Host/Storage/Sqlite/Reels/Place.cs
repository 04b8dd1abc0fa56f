using System.Buffers.Binary;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// Where on its reel a fill is, and when it was made. A list is such places in ascending order, each of so many bytes: its length is its count.
internal readonly record struct Place(long Timestamp, int At) : IComparable<Place>
{
    public const int Bytes = sizeof(long) + sizeof(ushort);

    public static Place Read(ReadOnlySpan<byte> list, int index)
    {
        var bytes = list.Slice(index * Bytes, Bytes);
        return new(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadUInt16BigEndian(bytes[sizeof(long)..]));
    }

    // Its index, or the complement of where it would stand.
    public static int Find(ReadOnlySpan<byte> list, Place place)
    {
        var (low, high) = (0, (list.Length / Bytes) - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = Read(list, middle).CompareTo(place);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, Timestamp);
        BinaryPrimitives.WriteUInt16BigEndian(to[sizeof(long)..], (ushort)At);
    }

    public int CompareTo(Place other) => Timestamp != other.Timestamp ? Timestamp.CompareTo(other.Timestamp) : At.CompareTo(other.At);
}
