using System.Globalization;

namespace Oddswire.Simulation.Worlds;

/// <summary>What can go wrong. The last group happens so many times per minute and node, the others once in so many calls.</summary>
internal enum Fault
{
    JournalRefused, JournalAnswerLost, JournalResent, JournalLate, JournalSlow, JournalHung, ReadBroken,
    LeasesRefused, LeasesAnswerLost, LeasesResent, LeasesLate, LeasesSlow, LeasesHung,
    NetworkLost, NetworkRepeated, NetworkSlow,
    PlannedFailure,
    Crash, Pause, Suspend, Stop, WallJump, DatabaseJump, Outage,
}

/// <summary>How large a world is and what goes wrong in it, drawn from its seed.</summary>
internal sealed class Shape
{
    private readonly double[] _rates = new double[Enum.GetValues<Fault>().Length];

    internal Shape(Random random)
    {
        Nodes = 1 + random.Next(5);
        Tallies = 1 + random.Next(3);
        Clients = 2 + random.Next(9);
        Players = 2 + random.Next(4);
        // A store of one's own, opened exclusively, is there for one node only.
        Exclusive = Nodes == 1 && random.Chance(0.7);
        SnapshotEvery = random.Chance(0.3) ? int.MaxValue : 2 + random.Next(30);
        RecoveryParallelism = 1 + random.Next(4);
        foreach (var fault in Enum.GetValues<Fault>())
        {
            // Half of them at a time: what always happens together hides what happens alone.
            if (random.Chance(0.5))
                _rates[(int)fault] = fault >= Fault.Crash ? random.LogUniform(0.05, 1.5) : random.LogUniform(0.002, 0.08);
        }
    }

    internal int Nodes { get; }
    internal int Tallies { get; }
    internal int Clients { get; }
    internal int Players { get; }
    internal bool Exclusive { get; }
    internal int SnapshotEvery { get; }
    internal int RecoveryParallelism { get; }

    internal double this[Fault fault] => _rates[(int)fault];

    internal void Heal() => Array.Clear(_rates);

    public override string ToString()
    {
        var faults = Enum.GetValues<Fault>().Where(fault => this[fault] > 0)
            .Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault} {this[fault]:0.###}"));
        var snapshots = SnapshotEvery == int.MaxValue ? "no snapshots" : $"a snapshot every {SnapshotEvery} events";
        return $"{Nodes} nodes{(Exclusive ? " (exclusive)" : "")}, {Tallies} tallies, {Clients} clients, {Players} players a node, {snapshots}; {string.Join(", ", faults)}";
    }
}
