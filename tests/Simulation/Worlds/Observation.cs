using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Simulation.Worlds;

/// <summary>
/// What the taps of a world saw. Invariants listen to it, and <c>--trace</c> prints it. Workloads add observations of their own.
/// </summary>
internal abstract record Observation
{
    /// <summary>Goes into the hash by which two runs are compared.</summary>
    internal virtual long Mark => 0;

    internal sealed record Began(Cell Cell, Hook Hook, object? Message) : Observation;

    internal sealed record Ended(Cell Cell, Hook Hook, object? Message, Exception? Error) : Observation
    {
        internal override long Mark => (int)Hook + (Error is null ? 0 : 100);
    }

    internal sealed record Started(Process Process) : Observation;

    /// <summary>The process is no more: crashed, or stopped in good order.</summary>
    internal sealed record Gone(Process Process, bool InGoodOrder) : Observation;

    internal sealed record Disturbed(string What) : Observation;

    internal sealed record Dead(Process Process, DeadLetter Letter) : Observation;

    internal sealed record Logged(Process Process, LogLevel Level, EventId Id, string Text, Exception? Cause) : Observation;

    /// <summary>The store has given or renewed a lease. Both times are the store's.</summary>
    internal sealed record Granted(Process Process, Fence Fence, TimeSpan At, TimeSpan Until) : Observation
    {
        internal override long Mark => Fence.Term;
    }

    /// <summary>A batch is on its way to the journal.</summary>
    internal sealed record Attempted(Process Process, ImmutableArray<Entry> Batch) : Observation;

    internal sealed record Appended(Process Process, Entry Entry) : Observation
    {
        internal override long Mark => Entry.WriteId;
    }

    internal sealed record SnapshotSaved(Process Process, Entry Snapshot) : Observation
    {
        internal override long Mark => Snapshot.Sequence;
    }
}
