using System.Globalization;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Simulation.Worlds;

/// <summary>What can go wrong. The last group happens so many times per minute and node, the others once in so many calls.</summary>
internal enum Fault
{
    JournalRefused, JournalAnswerLost, JournalResent, JournalLate, JournalSlow, JournalHung, ReadBroken,
    LeasesRefused, LeasesAnswerLost, LeasesResent, LeasesLate, LeasesSlow, LeasesHung,
    TapeRefused, TapeAnswerLost, TapeSlow, TapeHung,
    NetworkLost, NetworkRepeated, NetworkSlow,
    PlannedFailure,
    Crash, Pause, Suspend, Stop, WallJump, DatabaseJump, Outage,
}

/// <summary>How large a world is and what goes wrong in it, drawn from its seed.</summary>
internal sealed record Shape
{
    private readonly double[] _rates = new double[Enum.GetValues<Fault>().Length];

    /// <summary>Several nodes that share event-sourced singletons, under every fault.</summary>
    internal static Shape OfNodes(Random random)
    {
        var nodes = 1 + random.Next(5);
        return new Shape
        {
            Nodes = nodes,
            Tallies = 1 + random.Next(3),
            Clients = 2 + random.Next(9),
            Players = 2 + random.Next(4),
            // A store of one's own, opened exclusively, is there for one node only.
            Exclusive = nodes == 1 && random.Chance(0.7),
            SnapshotEvery = random.Chance(0.3) ? int.MaxValue : 2 + random.Next(30),
            RecoveryParallelism = 1 + random.Next(4),
        }.Draw(random, Enum.GetValues<Fault>());
    }

    /// <summary>One gateway with a store of its own: nothing else writes there, so nothing takes effect late.</summary>
    internal static Shape OfGateway(Random random) => (Calm with { LongestOutage = 150, LongestJump = 20, LongestStandstill = 100 }).Draw(random,
    [
        Fault.JournalRefused, Fault.JournalAnswerLost, Fault.JournalSlow, Fault.JournalHung, Fault.ReadBroken,
        Fault.TapeRefused, Fault.TapeAnswerLost, Fault.TapeSlow, Fault.TapeHung,
        Fault.Crash, Fault.Pause, Fault.Suspend, Fault.Stop, Fault.WallJump, Fault.Outage,
    ]);

    /// <summary>One gateway of order books, which are in memory: no store that could fail is between the venue and the clients.</summary>
    internal static Shape OfBooks(Random random) =>
        Calm.Draw(random, [Fault.Crash, Fault.Pause, Fault.Suspend, Fault.Stop, Fault.WallJump]);

    /// <summary>One gateway, and nothing goes wrong with it by itself: for scenarios, which say what does.</summary>
    internal static Shape Calm => new() { Nodes = 1, Exclusive = true, RecoveryParallelism = 4, Supervision = OfHost };

    /// <summary>As the host has it: a store that is away ends nothing but the tape; who has lost the right to write ends the process.</summary>
    private static SupervisorStrategy OfHost { get; } = SupervisorStrategy.Default with
    {
        Decide = static cause => cause is FencedException ? Directive.Escalate : SupervisorStrategy.DecideByDefault(cause),
        Limit = RestartLimit.Unlimited,
    };

    private Shape Draw(Random random, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults)
        {
            // Half of them at a time: what always happens together hides what happens alone.
            if (random.Chance(0.5))
                _rates[(int)fault] = fault >= Fault.Crash ? random.LogUniform(0.05, 1.5) : random.LogUniform(0.002, 0.08);
        }
        return this;
    }

    internal int Nodes { get; private init; }
    internal int Tallies { get; private init; }
    internal int Clients { get; private init; }
    internal int Players { get; private init; }
    internal bool Exclusive { get; private init; }
    internal int SnapshotEvery { get; private init; } = int.MaxValue;
    internal int RecoveryParallelism { get; private init; }

    internal SupervisorStrategy Supervision { get; private init; } = SupervisorStrategy.Default with { Limit = RestartLimit.Unlimited };

    /// <summary>Seconds without the database at most, seconds that a process stands still, and seconds by which a wall clock jumps.</summary>
    internal double LongestOutage { get; private init; } = 60;
    internal double LongestStandstill { get; private init; } = 60;
    internal double LongestJump { get; private init; } = 3_600;

    internal double this[Fault fault] => _rates[(int)fault];

    internal void Heal() => Array.Clear(_rates);

    public override string ToString()
    {
        var faults = Enum.GetValues<Fault>().Where(fault => this[fault] > 0)
            .Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault} {this[fault]:0.###}"));
        var snapshots = SnapshotEvery == int.MaxValue ? "no snapshots" : $"a snapshot every {SnapshotEvery} events";
        return $"{Nodes} nodes{(Exclusive ? " (exclusive)" : "")}, {snapshots}; {string.Join(", ", faults)}";
    }
}
