using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>Who is told that another one has written, or that its term has passed, is told the truth: its own lost answer is no conflict.</summary>
internal sealed class ConflictsAreReal : Invariant
{
    private readonly Dictionary<(Process Process, string Id, long Sequence), long> _attempts = [];

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Attempted attempted:
                foreach (var entry in attempted.Batch)
                    _attempts[(attempted.Process, entry.PersistenceId, entry.Sequence)] = entry.WriteId;
                break;
            case TallyObservation.NotPersisted { Cause: SequenceTakenException } failed:
                var journal = World.Database.JournalOf(failed.Fence.Resource);
                var mine = _attempts[(failed.Cell.Process, failed.Fence.Resource, failed.Sequence)];
                if (journal.Count < failed.Sequence)
                    Fail($"{failed.Cell}: event {failed.Sequence} is said to be taken, and it is free");
                else if (journal[(int)failed.Sequence - 1].WriteId == mine)
                    Fail($"{failed.Cell}: event {failed.Sequence} is said to be taken, and by its own write");
                break;
            case TallyObservation.NotPersisted { Cause: FencedException } failed when World.Database.LeaseOf(failed.Fence.Resource)?.Term == failed.Fence.Term:
                Fail($"{failed.Cell}: term {failed.Fence.Term} is said to have passed, and it has not");
                break;
        }
    }
}
