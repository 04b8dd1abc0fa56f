using System.Collections.Immutable;
using Oddswire.Runtime.Leases;

namespace Oddswire.Runtime.Persistence;

/// <summary>One event of one actor. <paramref name="WriteId"/> is unique per attempt to persist: it tells one's own late commit from another's.</summary>
public readonly record struct Entry(string PersistenceId, long Sequence, Fence Fence, long WriteId, ReadOnlyMemory<byte> Payload);

/// <summary>The truth of event-sourced actors. Sequences of a persistence id are dense from 1; nothing is ever overwritten.</summary>
public interface IJournal
{
    /// <summary>
    /// One commit. Entries whose fence is no longer the current term of its resource are left out, and their persistence ids are returned.
    /// Throws <see cref="SequenceTakenException"/> (nothing of the batch was written) or <see cref="JournalUnavailableException"/> (outcome unknown).
    /// </summary>
    ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch);

    /// <summary>The entries of one actor with a sequence above <paramref name="after"/>, in order.</summary>
    IAsyncEnumerable<Entry> Read(string persistenceId, long after);

    /// <summary>Every stream whose id begins so: first their newest snapshots, then the entries behind those, each stream's in order. For a start with many streams.</summary>
    IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix);

    /// <summary>The newest snapshot; its sequence is that of the last event it contains.</summary>
    ValueTask<Entry?> LoadSnapshot(string persistenceId);

    /// <summary>Keeps the snapshot if it is newer than the stored one.</summary>
    ValueTask SaveSnapshot(Entry snapshot);
}
