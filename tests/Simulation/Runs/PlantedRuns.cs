using Oddswire.Simulation.Invariants;
using Oddswire.Simulation.Planted;
using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Tallies;

namespace Oddswire.Simulation.Runs;

/// <summary>The simulation tests itself: each planted defect has to be found, within so many seeds, by an invariant that means it.</summary>
internal static class PlantedRuns
{
    private sealed record Case(Plant Plant, int Seeds, params string[] FoundBy);

    private static readonly Case[] Cases =
    [
        new(new AckBeforeCommit(), 5, nameof(DurableBeforeVisible)),
        new(new ReleaseDeletesTheRow(), 30, nameof(OneOwnerPerTerm), nameof(TermsNeverFall)),
        new(new TermKeptOnReclaim(), 30, nameof(OneOwnerPerTerm)),
        new(new OwnerWithoutIncarnation(), 30, nameof(OneOwnerPerTerm), nameof(TermsNeverFall)),
        new(new FenceIgnored(), 50, nameof(TermsNeverFall)),
        new(new LostAnswerTreatedAsConflict(), 30, nameof(ConflictsAreReal)),
        new(new DeadlineCountedFromTheAnswer(), 100, nameof(NoOverlap)),
        new(new TimerGenerationIgnored(), 30, nameof(TimersRing)),
    ];

    /// <summary>The number of defects that were not found.</summary>
    internal static int Run()
    {
        var missed = 0;
        Parallel.ForEach(Cases, planted =>
        {
            if (!Find(planted))
                Interlocked.Increment(ref missed);
        });
        return missed;
    }

    private static bool Find(Case planted)
    {
        var name = planted.Plant.GetType().Name;
        for (var seed = 1; seed <= planted.Seeds; seed++)
        {
            if (Simulated.Nodes(seed, planted.Plant).Failure is not { } failure)
                continue;
            var meant = planted.FoundBy.Contains(failure.Invariant);
            Console.WriteLine($"  planted {name}: {(meant ? "found" : "MISTAKEN")} with seed {seed} by {failure.Invariant}: {failure.What}");
            return meant;
        }
        Console.WriteLine($"  planted {name}: MISSED by seeds 1 to {planted.Seeds}");
        return false;
    }
}
