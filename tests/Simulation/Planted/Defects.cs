using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Tallies;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Planted;

internal sealed class AckBeforeCommit : Plant
{
    internal override TallyActor Tally(Process process, Fence fence) => new Eager(process, fence);

    private sealed class Eager(Process process, Fence fence) : TallyActor(process, fence)
    {
        protected override async ValueTask Commit(TallyMessage.Add add)
        {
            add.ReplyTo.Tell(new TallyReply.Ack(add.Id));
            await Persist(EventsOf(add));
        }
    }
}

internal sealed class ReleaseDeletesTheRow : Plant
{
    internal override bool DeletesRowOnRelease => true;
}

internal sealed class TermKeptOnReclaim : Plant
{
    internal override bool KeepsTermOnReclaim => true;
}

internal sealed class FenceIgnored : Plant
{
    internal override bool IgnoresFence => true;
}

internal sealed class OwnerWithoutIncarnation : Plant
{
    internal override NodeId Identity(NodeId node) => node with { Incarnation = 1 };
}

/// <summary>A store that forgets write ids: a commit whose answer was lost then looks like somebody else's.</summary>
internal sealed class LostAnswerTreatedAsConflict : Plant
{
    internal override IJournal Journal(IJournal journal) => new Forgetful(journal);

    private sealed class Forgetful(IJournal journal) : IJournal
    {
        public ValueTask<System.Collections.Immutable.ImmutableArray<string>> Append(System.Collections.Immutable.ImmutableArray<Entry> batch) => journal.Append(batch);

        public async IAsyncEnumerable<Entry> Read(string persistenceId, long after)
        {
            await foreach (var entry in journal.Read(persistenceId, after))
                yield return entry with { WriteId = -1 };
        }

        public IAsyncEnumerable<(Entry Entry, bool IsSnapshot)> ReadAll(string prefix) => journal.ReadAll(prefix);
        public ValueTask<Entry?> LoadSnapshot(string persistenceId) => journal.LoadSnapshot(persistenceId);
        public ValueTask SaveSnapshot(Entry snapshot) => journal.SaveSnapshot(snapshot);
    }
}

/// <summary>The deadline of a lease counted from the answer: however slow the store was, the owner feels safe for a full time-to-live.</summary>
internal sealed class DeadlineCountedFromTheAnswer : Plant
{
    internal override ILeases Leases(ILeases leases, TimeProvider time) => new Optimistic(leases, time);

    private sealed class Optimistic(ILeases leases, TimeProvider time) : ILeases
    {
        public async ValueTask<Lease?> Hold(string resource, NodeId owner, TimeSpan timeToLive)
        {
            var asked = time.GetTimestamp();
            return await leases.Hold(resource, owner, timeToLive) is { } lease
                ? lease with { ValidFor = timeToLive + time.GetElapsedTime(asked) }
                : null;
        }

        public ValueTask<Lease> Seize(string resource, NodeId owner, TimeSpan timeToLive) => leases.Seize(resource, owner, timeToLive);
        public ValueTask Release(Lease lease) => leases.Release(lease);
    }
}

/// <summary>Timers that send an ordinary message: cancelling one does not recall the tick that is already in the mailbox.</summary>
internal sealed class TimerGenerationIgnored : Plant
{
    internal override Player Player(Role role) => new Naive(role);

    private sealed class Naive(Role role) : Player(role)
    {
        private readonly Dictionary<string, ITimer> _timers = [];

        protected override void Set(Cue.Rang tick, TimeSpan delay, TimeSpan period)
        {
            Clear(tick.Key);
            _timers[tick.Key] = System.Time.CreateTimer(_ => Self.Tell(tick), null, delay, period);
        }

        protected override void Clear(string key)
        {
            if (_timers.Remove(key, out var timer))
                timer.Dispose();
        }
    }
}
