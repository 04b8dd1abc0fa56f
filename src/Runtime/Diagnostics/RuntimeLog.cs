using Microsoft.Extensions.Logging;
using Oddswire.Runtime.Patterns;

namespace Oddswire.Runtime.Diagnostics;

/// <summary>Every log line of the runtime.</summary>
internal static partial class RuntimeLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Actor} failed")]
    internal static partial void ActorFailed(this ILogger log, string actor, Exception cause);

    [LoggerMessage(17, LogLevel.Information, "{Actor}: {Reason}")]
    internal static partial void FailedAsExpected(this ILogger log, string actor, string reason);

    [LoggerMessage(18, LogLevel.Debug, "{Actor} could not start again")]
    internal static partial void FailedAgain(this ILogger log, string actor, Exception cause);

    [LoggerMessage(19, LogLevel.Information, "{Actor} runs again after {Count} restarts in vain")]
    internal static partial void RunsAgain(this ILogger log, string actor, int count);

    [LoggerMessage(2, LogLevel.Warning, "{Actor} failed while it was stopping")]
    internal static partial void FailedWhileStopping(this ILogger log, string actor, Exception cause);

    [LoggerMessage(3, LogLevel.Warning, "{Actor} failed to release its old instance before a restart")]
    internal static partial void FailedWhileReleasing(this ILogger log, string actor, Exception cause);

    [LoggerMessage(4, LogLevel.Critical, "A failure reached the top: the system stops")]
    internal static partial void Escalated(this ILogger log, Exception cause);

    [LoggerMessage(5, LogLevel.Error, "{Actor} exceeded its restart limit and is quarantined")]
    internal static partial void Quarantined(this ILogger log, string actor, Exception cause);

    [LoggerMessage(6, LogLevel.Warning, "Dead letter to {Actor}: {Message} ({Reason})")]
    internal static partial void DeadLetter(this ILogger log, string actor, string message, string reason);

    [LoggerMessage(7, LogLevel.Warning, "{Count} more dead letters were not logged")]
    internal static partial void DeadLettersSuppressed(this ILogger log, int count);

    [LoggerMessage(8, LogLevel.Error, "{Actor} did not stop within {Seconds} s and was killed")]
    internal static partial void Killed(this ILogger log, string actor, double seconds);

    [LoggerMessage(9, LogLevel.Error, "An observer of {What} threw")]
    internal static partial void ObserverThrew(this ILogger log, string what, Exception cause);

    [LoggerMessage(10, LogLevel.Warning, "The snapshot of {PersistenceId} was not saved; its events are kept")]
    internal static partial void SnapshotNotSaved(this ILogger log, string persistenceId, Exception cause);

    [LoggerMessage(14, LogLevel.Warning, "The snapshot of {PersistenceId} at {Sequence} cannot be read; its events are read instead")]
    internal static partial void SnapshotNotRead(this ILogger log, string persistenceId, long sequence, Exception cause);

    [LoggerMessage(16, LogLevel.Error, "{PersistenceId} is left out: its event {Sequence} cannot be read")]
    internal static partial void StreamNotRead(this ILogger log, string persistenceId, long sequence, Exception cause);

    [LoggerMessage(11, LogLevel.Information, "{Resource}: lease of term {Term} taken")]
    internal static partial void LeaseTaken(this ILogger log, string resource, long term);

    [LoggerMessage(12, LogLevel.Warning, "{Resource}: lease of term {Term} lost, {Reason}")]
    internal static partial void LeaseLost(this ILogger log, string resource, long term, string reason);

    [LoggerMessage(13, LogLevel.Warning, "{Resource}: the lease store did not answer")]
    internal static partial void LeasesUnavailable(this ILogger log, string resource, Exception cause);
}
