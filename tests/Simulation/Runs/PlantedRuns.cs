using Oddswire.Simulation.Books.Promises;
using Oddswire.Simulation.Gateways.Promises;
using Oddswire.Simulation.Invariants;
using Oddswire.Simulation.Planted;
using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Tallies;

namespace Oddswire.Simulation.Runs;

/// <summary>The simulation tests itself: each planted defect has to be found, within so many seeds, by an invariant that means it.</summary>
internal static class PlantedRuns
{
    private sealed record Case(Plant Plant, int Seeds, params string[] FoundBy)
    {
        /// <summary>The world in which it shows.</summary>
        internal Func<int, Plant, TextWriter?, Simulated> Play { get; init; } = Simulated.Nodes;
    }

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
        new(new PublishedBeforeCommit(), 20, Guarantee.Durable) { Play = Simulated.Gateway },
        new(new ResumeOffByOne(), 20, Guarantee.Resume) { Play = Simulated.Gateway },
        new(new SweepForgotten(), 20, Guarantee.Gaps) { Play = Simulated.Gateway },
        new(new RowsCountedTwice(), 20, Guarantee.Once, Guarantee.Complete) { Play = Simulated.Gateway },
        // RTDS stays mute; a Polygon node that was never asked does not answer, and what it covered is a gap that stays open.
        new(new ResubscribeForgotten(), 20, Guarantee.Liveness, Guarantee.Gaps) { Play = Simulated.Gateway },
        new(new OutboxNotCounted(), 30, Guarantee.SlowClients) { Play = Simulated.Gateway },
        new(new ReplayedUnmarked(), 20, Guarantee.Once, Guarantee.Order) { Play = Simulated.Gateway },
        new(new FilterHoldsTooEarly(), 60, Guarantee.Resume, Guarantee.Truth) { Play = Simulated.Gateway },
        new(new LateInSilence(), 60, Guarantee.Gaps) { Play = Simulated.Gateway },
        new(new FrameLost(), 20, Guarantee.Once, Guarantee.Resume, Guarantee.Liveness) { Play = Simulated.Gateway },
        new(new HashesIgnored(), 20, nameof(OnlyTheVenuesBooks)) { Play = Simulated.Books },
        new(new SubscribeForgotten(), 20, nameof(BooksComeRight)) { Play = Simulated.Books },
        new(new TradesConflated(), 40, nameof(TradesAreTold)) { Play = Simulated.Books },
        new(new HangUpForgotten(), 20, nameof(OneSubscription)) { Play = Simulated.Books },
        new(new ResyncUntold(), 20, nameof(DoubtIsSilent)) { Play = Simulated.Books },
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
            if (planted.Play(seed, planted.Plant, null).Failure is not { } failure)
                continue;
            var meant = planted.FoundBy.Contains(failure.Invariant);
            Console.WriteLine($"  planted {name}: {(meant ? "found" : "MISTAKEN")} with seed {seed} by {failure.Invariant}: {(failure.What.Length > 200 ? failure.What[..200] : failure.What)}");
            return meant;
        }
        Console.WriteLine($"  planted {name}: MISSED by seeds 1 to {planted.Seeds}");
        return false;
    }
}
