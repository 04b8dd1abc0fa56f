using System.Buffers.Binary;

namespace Oddswire.Host.Storage.Sqlite.Reels;

// Most lists of a reel have one place. So they have no rows of their own, but lie on pages, in any order: each with its key and its length before it.
internal static class ReelPage
{
    public const int Count = 33;

    private const int Header = ReelKey.Size + sizeof(ushort);

    // Everything has a page for itself, so that nobody reads it who looks for a wallet.
    public static int Of(ReelKey key) =>
        key == ReelKey.Everything ? 0 : 1 + (int)((key.Kind ^ key.Value.A ^ key.Value.B ^ key.Value.C ^ key.Value.D) % (Count - 1));

    // Its row.
    public static long Number(long reel, ReelKey key) => (reel * Count) + Of(key);

    // Where the list's places are; empty, at the end of the page, where there is none.
    public static Range Find(ReadOnlySpan<byte> page, ReelKey key)
    {
        Span<byte> written = stackalloc byte[ReelKey.Size];
        var wanted = key.Write(written);
        for (var at = 0; at < page.Length;)
        {
            var first = at + Header;
            var end = first + (BinaryPrimitives.ReadUInt16BigEndian(page[(at + ReelKey.Size)..]) * Place.Bytes);
            if (page[at..].StartsWith(wanted)) return first..end;
            at = end;
        }
        return page.Length..page.Length;
    }

    public static void Append(MemoryStream page, ReelKey key, ReadOnlySpan<byte> places)
    {
        Span<byte> header = stackalloc byte[Header];
        key.Write(header);
        BinaryPrimitives.WriteUInt16BigEndian(header[ReelKey.Size..], (ushort)(places.Length / Place.Bytes));
        page.Write(header);
        page.Write(places);
    }

    // The page with other places for this key.
    public static MemoryStream With(ReadOnlySpan<byte> page, ReelKey key, ReadOnlySpan<byte> places)
    {
        var (first, length) = Find(page, key).GetOffsetAndLength(page.Length);
        var changed = new MemoryStream(page.Length + Header + places.Length);
        changed.Write(length == 0 ? page : page[..(first - Header)]);
        if (length > 0) changed.Write(page[(first + length)..]);
        if (places.Length > 0) Append(changed, key, places);
        return changed;
    }
}
