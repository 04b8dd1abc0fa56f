using System.Collections.Immutable;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Ports;
using Oddswire.Simulation.Worlds;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Tallies;

/// <summary>In the end each tally is recovered by the product's own code, once with and once without its snapshot: the same bytes.</summary>
internal sealed class AuditedRecovery(TallyWorkload tallies) : Invariant
{
    internal override void Check()
    {
        foreach (var resource in tallies.Resources)
        {
            var full = Recover(resource, withSnapshot: false);
            var quick = Recover(resource, withSnapshot: true);
            if (!TallyCodec.Canonical(full).AsSpan().SequenceEqual(TallyCodec.Canonical(quick)))
                Fail($"{resource} is {full} by its events, and {quick} with its snapshot");
        }
    }

    private TallyState Recover(string resource, bool withSnapshot)
    {
        var kit = new TestSystem(journal: new Archive(World.Database, withSnapshot));
        var recovered = TallyState.Empty;
        kit.Spawn(() => new Auditor(resource, state => recovered = state), "auditor");
        kit.Settle();
        kit.System.RootStopped();
        return recovered;
    }

    private sealed class Auditor(string resource, Action<TallyState> report)
        : EventSourcedActor<string, Added, TallyState>(new(resource, TallyState.Empty, new TallyCodec(), new Fence(resource, 0)))
    {
        protected override TallyState Apply(TallyState state, Added e) => state.Apply(e);

        protected override ValueTask Recovered()
        {
            report(State);
            return default;
        }

        protected internal override ValueTask Receive(string message) => default;
    }

    private sealed class Archive(Database database, bool withSnapshot) : IJournal
    {
        public ValueTask<ImmutableArray<string>> Append(ImmutableArray<Entry> batch) => throw new InvalidOperationException("an auditor writes nothing");

        public IAsyncEnumerable<Entry> Read(string persistenceId, long after) => database.JournalOf(persistenceId).Skip((int)after).ToAsyncEnumerable();

        public IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix) => database.ReadAll(prefix).ToAsyncEnumerable();

        public ValueTask<Entry?> LoadSnapshot(string persistenceId) => new(withSnapshot ? database.LoadSnapshot(persistenceId) : null);

        public ValueTask SaveSnapshot(Entry snapshot) => default;
    }
}
