using System.Collections.Immutable;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage;

// An entry as it stands in the store. A hash of another size than a hash has is none that was written here.
internal readonly record struct JournalRow(long Position, Entry Entry, ReadOnlyMemory<byte> Hash)
{
    // What an entry takes beside its payload: its columns and its place in two indexes, as measured on SQLite.
    public const int Overhead = 160;
}

// How far the journal goes by the rows that are there, and by what is noted beside them.
internal readonly record struct JournalExtent(long Rows, long Last, long Noted);

// The journal for those who read all of it: the audit trail, its verification, its export. Page by page; nobody holds more than one.
internal interface IJournalRows
{
    // Every stream, or one; each in its order. Throws InvalidDataException where a row cannot be read.
    IAsyncEnumerable<JournalRow> ByStream(string? only = null);

    // What the streams' states were saved as, in the order of ids, each at position 0 and with its own seal.
    IAsyncEnumerable<JournalRow> Snapshots();

    // In the order of commits, over all streams: what comes after this position, as much as fits a page.
    ValueTask<ImmutableArray<JournalRow>> Page(long after);

    ValueTask<JournalExtent> Extent();

    // The first position behind this one that has no row, and before the last that has one; 0: there is none.
    ValueTask<long> FirstHole(long after);

    // A position that was reached before that time (unix milliseconds): everything of that time and later stands behind it. 0: not known.
    ValueTask<long> StoodAt(long time);

    // Everything behind this position was written at that time or later. Null: not known.
    ValueTask<long?> TimeOf(long position);

    // Entries from before that time may have been cut off; null: none was.
    ValueTask<long?> CutUntil();

    // The node that held this term; null: not known.
    ValueTask<string?> OwnerOf(Fence fence);
}
