namespace Oddswire.Runtime.Diagnostics;

public enum ActorState { Starting, Running, Suspended, Restarting, Stopping, Stopped }

/// <summary>One actor at the moment of a snapshot. <paramref name="Stuck"/>: how long its mailbox has been non-empty without progress.</summary>
public sealed record ActorInfo(
    string Path, ActorState State, int Depth, TimeSpan Stuck, long Processed, int Failures, int Restarts, long Dropped, string? LastError);

/// <summary>Sums that metrics report; those of stopped actors are kept by the system.</summary>
internal readonly record struct CellCounts(long Processed, long Failures, long Restarts, long Dropped)
{
    public static CellCounts operator +(CellCounts a, CellCounts b) =>
        new(a.Processed + b.Processed, a.Failures + b.Failures, a.Restarts + b.Restarts, a.Dropped + b.Dropped);

    internal static CellCounts Max(CellCounts a, CellCounts b) =>
        new(Math.Max(a.Processed, b.Processed), Math.Max(a.Failures, b.Failures), Math.Max(a.Restarts, b.Restarts), Math.Max(a.Dropped, b.Dropped));
}

/// <summary>What one look at all actors found.</summary>
internal sealed class SystemSample
{
    internal long Actors;
    internal long Depth;
    internal TimeSpan MaxStuck;
}
