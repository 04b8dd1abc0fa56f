namespace Oddswire.Host.Storage.Sqlite.Reels;

// The tape is wound on reels of so many offsets each. A reel that is full is closed: its lists of who is where on it are written once, in
// order and side by side. An index over the whole tape would be written all over, a page for each fill and index (docs/adr/0018).
internal static class Reel
{
    // What is not closed is looked through in memory, and read again at a start. A query looks at each reel: a million fills are on 244.
    public const int Size = 4_096;

    public static long Of(long offset) => (offset - 1) / Size;

    public static long First(long reel) => (reel * Size) + 1;
}
