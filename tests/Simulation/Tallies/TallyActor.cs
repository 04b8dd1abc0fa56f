using System.Collections.Immutable;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>An event-sourced singleton as the product writes them: check, persist, then tell.</summary>
internal class TallyActor(Process process, Fence fence)
    : EventSourcedActor<TallyMessage, Added, TallyState>(new(fence.Resource, TallyState.Empty, new TallyCodec(), fence))
{
    private readonly Random _random = process.World.Seed.For($"{process} {fence}");
    private Cell? _tap;

    private Cell Tap => _tap ??= process.CellOf(Self);

    protected override int SnapshotEvery => process.World.Shape.SnapshotEvery;

    protected override TallyState Apply(TallyState state, Added e) => state.Apply(e);

    protected override ValueTask Recovered() => Tap.Run(Hook.PreStart, null, () =>
    {
        Tap.StopRequested = () => Stopping.IsCancellationRequested;
        process.World.Observe(new TallyObservation.Recovered(Tap, fence, () => (Sequence, State)));
        return default;
    });

    protected internal override ValueTask Receive(TallyMessage message) => Tap.Run(Hook.Receive, message, () => Handle(message));

    protected internal override ValueTask PreRestart(Exception cause) => Tap.Run(Hook.PreRestart, null, static () => default);

    protected internal override ValueTask PostStop() => Tap.Run(Hook.PostStop, null, static () => default);

    private ValueTask Handle(TallyMessage message)
    {
        switch (message)
        {
            case TallyMessage.Add add when State.Ids.Contains(add.Id):
                add.ReplyTo.Tell(new TallyReply.Ack(add.Id));
                return default;
            case TallyMessage.Add add:
                return Commit(add);
            case TallyMessage.Read read:
                read.ReplyTo.Tell(new TallyReply.Balance(Sequence, State.Sum));
                return default;
            case TallyMessage.Fail when process.World.Healed:
                return default;
            default:
                throw new PlannedFailureException().In(process);
        }
    }

    protected virtual async ValueTask Commit(TallyMessage.Add add)
    {
        if (_random.Chance(0.1))
            await Task.Yield();
        try
        {
            await Persist(EventsOf(add));
        }
        catch (Exception e)
        {
            process.World.Observe(new TallyObservation.NotPersisted(Tap, fence, Sequence + 1, e));
            throw;
        }
        if (_random.Chance(0.05))
            await Task.Delay(_random.Seconds(0.001, 0.5), System.Time);
        add.ReplyTo.Tell(new TallyReply.Ack(add.Id));
    }

    protected static ImmutableArray<Added> EventsOf(TallyMessage.Add add) =>
        [.. add.Amounts.Select((amount, i) => new Added(add.Id, (byte)(i + 1), (byte)add.Amounts.Length, amount))];
}
