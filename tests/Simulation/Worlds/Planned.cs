using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Simulation.Worlds;

/// <summary>A failure that the world meant to happen.</summary>
internal sealed class PlannedFailureException : Exception
{
    public PlannedFailureException() : base("planned") { }
    public PlannedFailureException(string message) : base(message) { }
    public PlannedFailureException(string message, Exception cause) : base(message, cause) { }
}

/// <summary>
/// The exceptions that a world causes. Those it throws itself carry the process in which it did, so that one that nobody observed
/// can be told from one whose observer died in a crash.
/// </summary>
internal static class Planned
{
    private const string Key = "process";

    internal static bool Is(Exception cause) => cause
        is PlannedFailureException or MailboxFullException or StashFullException
        or JournalUnavailableException or SequenceTakenException or FencedException or LeasesUnavailableException;

    /// <summary>The path of the actor, when that is why: the abandoned handler of a killed one may neither persist nor spawn.</summary>
    internal static string? RefusedAsKilled(Exception cause) =>
        cause is InvalidOperationException && cause.Message.Split('\'') is [_, var path, " was killed."] ? path : null;

    internal static TException In<TException>(this TException exception, Process process) where TException : Exception
    {
        exception.Data[Key] = process;
        return exception;
    }

    internal static Process? ProcessOf(Exception exception) => exception.Data[Key] as Process;
}
