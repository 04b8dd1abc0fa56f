using System.Collections.Immutable;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage;

// An entry as it stands in the store. A hash of another size than a hash has is none that was written here.
internal readonly record struct JournalRow(long Position, Entry Entry, ReadOnlyMemory<byte> Hash);

// How far the journal goes by the rows that are there, and by what is noted beside them.
internal readonly record struct JournalExtent(long Rows, long Last, long Noted);

// The journal for those who read all of it: the audit trail, its verification, its export. Page by page; nobody holds more than one.
internal interface IJournalRows
{
    // Every stream, or one; each in its order. Throws InvalidDataException where a row cannot be read.
    IAsyncEnumerable<JournalRow> ByStream(string? only = null);

    // In the order of commits, over all streams: what comes after this position, as much as fits a page.
    ValueTask<ImmutableArray<JournalRow>> Page(long after);

    ValueTask<JournalExtent> Extent();

    // The first position without a row.
    ValueTask<long> FirstHole();
}
