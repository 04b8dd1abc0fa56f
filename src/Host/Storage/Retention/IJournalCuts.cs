using System.Collections.Immutable;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Retention;

// What may go: entries up to a position. Of a stream that lives only what its snapshot holds too, and never its last entry, which the next
// one is chained to; of one that has ended all of it, once all of it is that old.
// Until: the time that the position stands for. Ended: whether this last entry of a stream is its end.
internal sealed record CutOrder(long Through, long Until, long Forgotten, Fence Fence, Func<Entry, bool> Ended);

// How far it was looked: from there the next slice goes on. Null: nothing is left to look at.
internal readonly record struct CutSlice(long? LookedThrough, long Entries);

// A stream with old entries: the last of them in this slice, what its snapshot holds, and how it ends.
internal readonly record struct CutCandidate(string Stream, long Old, long Snapshot, long Last, bool Ended)
{
    // 0: nothing goes.
    public long Through => Math.Max(0, Ended ? Old : Math.Min(Old, Math.Min(Snapshot, Last - 1)));

    public bool IsWhole => Ended && Old == Last;
}

// The journal for the one who cuts it. A slice is one transaction with its checkpoint: a crash leaves it done or not begun, and no append waits for long.
// Throws StoreUnavailableException, and FencedException when somebody else owns the journal by now.
internal interface IJournalCuts
{
    // Rows that are looked at in one slice.
    const int SliceRows = 1_000;

    // The position up to which the journal must go to take no more than so many bytes; 0: it does not.
    ValueTask<long> Beyond(long bytes);

    ValueTask<CutSlice> Cut(long after, CutOrder order);

    // These checkpoints in place of all there are.
    ValueTask Restate(ImmutableArray<Checkpoint> checkpoints, Fence fence);

    // Gives what the file no longer needs back to the disk, a little; false: there is nothing worth it.
    ValueTask<bool> Compact();
}
