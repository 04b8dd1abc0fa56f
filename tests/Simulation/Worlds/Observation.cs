using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Simulation.Worlds;

/// <summary>
/// What the taps of a world saw. Invariants listen to it, and <c>--trace</c> prints it. Workloads add observations of their own.
/// </summary>
internal abstract record Observation
{
    /// <summary>Goes into the hash by which two runs are compared.</summary>
    internal virtual long Mark => 0;

    internal sealed record Began(Cell Cell, Hook Hook, object? Message) : Observation
    {
        public override string ToString() => $"{Cell}  {Hook} {Message}";
    }

    internal sealed record Ended(Cell Cell, Hook Hook, object? Message, Exception? Error) : Observation
    {
        internal override long Mark => (int)Hook + (Error is null ? 0 : 100);
        public override string ToString() => $"{Cell}  {Hook} {(Error is null ? "done" : $"failed: {Error.Message}")}";
    }

    internal sealed record Started(Process Process) : Observation
    {
        public override string ToString() => $"{Process}  starts";
    }

    /// <summary>The process is no more: crashed, or stopped in good order.</summary>
    internal sealed record Gone(Process Process, bool InGoodOrder) : Observation
    {
        public override string ToString() => $"{Process}  {(InGoodOrder ? "has stopped" : "is dead")}";
    }

    internal sealed record Disturbed(string What) : Observation
    {
        public override string ToString() => $"*** {What}";
    }

    internal sealed record Dead(Process Process, DeadLetter Letter) : Observation
    {
        public override string ToString() => $"{Process}{Letter.To}  dead letter ({Letter.Reason}) {Letter.Message}";
    }

    internal sealed record Logged(Process Process, LogLevel Level, EventId Id, string Text, Exception? Cause) : Observation
    {
        public override string ToString() => $"{Process}  logs {Text}{(Cause is null ? "" : $": {Cause.GetType().Name}")}";
    }

    /// <summary>The store has given or renewed a lease. Both times are the store's.</summary>
    internal sealed record Granted(Process Process, Fence Fence, TimeSpan At, TimeSpan Until) : Observation
    {
        internal override long Mark => Fence.Term;
        public override string ToString() => $"database  {Fence.Resource} term {Fence.Term} for {Process}";
    }

    /// <summary>A batch is on its way to the journal.</summary>
    internal sealed record Attempted(Process Process, ImmutableArray<Entry> Batch) : Observation
    {
        public override string ToString() => $"{Process}  appends {string.Join(", ", Batch.Select(entry => $"{entry.PersistenceId}/{entry.Sequence}"))}";
    }

    internal sealed record Appended(Process Process, Entry Entry) : Observation
    {
        internal override long Mark => Entry.WriteId;
        public override string ToString() => $"database  {Entry.PersistenceId}/{Entry.Sequence} of term {Entry.Fence.Term} from {Process}";
    }

    internal sealed record SnapshotSaved(Process Process, Entry Snapshot) : Observation
    {
        internal override long Mark => Snapshot.Sequence;
        public override string ToString() => $"database  snapshot {Snapshot.PersistenceId}/{Snapshot.Sequence} from {Process}";
    }
}
