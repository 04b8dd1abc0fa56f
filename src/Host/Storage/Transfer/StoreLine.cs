using Oddswire.Messages.Tape;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Host.Storage.Transfer;

// Something that a store keeps, on its way from one store to another. What is not here is made anew: the running hash, the sizes, names of markets.
internal abstract record StoreLine
{
    internal sealed record Event(JournalRow Row) : StoreLine;

    internal sealed record Snapshot(JournalRow Row) : StoreLine;

    // Where the journal stood at a time.
    internal sealed record Minute(long Time, long Position, long Bytes) : StoreLine;

    // How much retention has cut off.
    internal sealed record Cut(long Entries, long Bytes, long? Until) : StoreLine;

    // Who held a term. The next one is higher than all of them.
    internal sealed record Term(Fence Fence, string Owner) : StoreLine;

    internal sealed record Tape(TapeHead Head) : StoreLine;

    internal sealed record Fill(TapeEntry Entry) : StoreLine;

    // The last one: how many were before it, and the SHA-256 of their bytes.
    internal sealed record End(long Lines, string Hash) : StoreLine;
}
