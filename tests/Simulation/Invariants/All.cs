using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>What holds for every actor and every store, whatever the workload.</summary>
internal static class All
{
    internal static IEnumerable<Invariant> Invariants =>
    [
        new OneMessageAtATime(), new NothingAfterTheEnd(), new ChildrenBeforeParents(), new StartBeforeMessages(),
        new OneOwnerPerTerm(), new TermsNeverFall(), new NothingUnexpected(), new StoppedInGoodOrder(), new SnapshotsShowWhoLives(),
    ];
}
