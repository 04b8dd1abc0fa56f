using Oddswire.Actors.Ports;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Store;

/// <summary>What the tap at the tape saw.</summary>
internal abstract record TapeObservation : Observation
{
    /// <summary>A commit is on its way to the store.</summary>
    internal sealed record Tried(Process Process, TapeCommit Commit) : TapeObservation
    {
        public override string ToString() => $"{Process}  commits {Text(Commit)}";
    }

    /// <summary>It is durable, whatever its writer hears of it.</summary>
    internal sealed record Committed(Process Process, TapeCommit Commit) : TapeObservation
    {
        internal override long Mark => Commit.Appended.Length + (Commit.SweptBlock ?? 0);
        public override string ToString() => $"tape  {Text(Commit)} of {Process}";
    }

    private static string Text(TapeCommit commit) => string.Join(", ",
    [
        .. commit.Appended.Select(static entry => $"{entry.Position} {(entry.Late ? "late " : "")}{Name(entry.Fill)}"),
        .. commit.Confirmed.Select(static entry => $"{entry.Position} is {Name(entry.Fill)}"),
        .. commit.Removed.Select(static offset => $"{offset} removed"),
        $"swept {commit.SweptBlock}",
    ]);

    private static string Name(Messages.Orders.Fill fill) => $"{fill.Tx.ToString()[..8]}/{fill.LogIndex}@{fill.Block}";
}
