namespace Oddswire.Runtime.Diagnostics;

public enum ActorState { Starting, Running, Suspended, Restarting, Stopping, Stopped }

/// <summary>One actor at the moment of a snapshot. <paramref name="Stuck"/>: how long its mailbox has been non-empty without progress.</summary>
public sealed record ActorInfo(
    string Path, ActorState State, int Depth, TimeSpan Stuck, long Processed, int Failures, int Restarts, long Dropped, string? LastError);
