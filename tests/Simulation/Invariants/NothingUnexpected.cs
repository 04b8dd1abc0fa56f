using Microsoft.Extensions.Logging;
using Oddswire.Runtime;
using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Tallies;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>Every failure is one that the world caused, every dead letter has a reason that its kind may have, and no work comes from a foreign thread.</summary>
internal sealed class NothingUnexpected : Invariant
{
    private const int EscalatedEvent = 4;

    /// <summary>After the cure this long all has to be quiet.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(2);

    private readonly int _thread = Environment.CurrentManagedThreadId;

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Began when Environment.CurrentManagedThreadId != _thread:
                Fail($"{seen} on a foreign thread");
                break;
            case Observation.Logged { Cause: { } cause } logged when logged.Id.Id == EscalatedEvent || !(IsPlanned(cause) || (RefusedAsKilled(cause) is { } path && logged.Process.HasKilled(path))):
                Fail($"{logged.Process}: {logged.Text}: {cause}");
                break;
            case Observation.Logged { Level: >= LogLevel.Critical } logged:
                Fail($"{logged.Process}: {logged.Text}");
                break;
            case Observation.Gone { Process: var process }:
                CheckThreads(process);
                break;
            case Observation.Dead { Letter: var letter } dead when !IsExpected(dead.Process, letter):
                Fail($"{dead.Process}: {letter.Message} to {letter.To} became a dead letter: {letter.Reason} {letter.Cause}");
                break;
        }
    }

    internal override void Check()
    {
        foreach (var process in World.Processes)
            CheckThreads(process);
    }

    private void CheckThreads(Process process)
    {
        if (process.Dispatcher.Violations is [var first, ..])
            Fail($"{process}: {first}");
    }

    internal static bool IsPlanned(Exception cause) => cause
        is PlannedFailureException or MailboxFullException or StashFullException
        or JournalUnavailableException or SequenceTakenException or FencedException or LeasesUnavailableException;

    /// <summary>The abandoned handler of a killed actor may neither persist nor spawn.</summary>
    internal static string? RefusedAsKilled(Exception cause) =>
        cause is InvalidOperationException && cause.Message.Split('\'') is [_, var path, " was killed."] ? path : null;

    private bool IsExpected(Process process, DeadLetter letter)
    {
        if (letter.Cause is { } cause && !IsPlanned(cause))
            return false;
        if (World.Healed && World.Clock.Elapsed > World.HealedAt + Aftermath)
            return letter is { Message: TallyMessage, Reason: "runs on another node" };
        return letter.Message switch
        {
            Cue => letter.Reason is "stopped" or "killed" or "failed" or "mailbox full",
            Answer or TallyReply => letter.Reason is "late reply",
            TallyMessage => letter.Reason is "stopped" or "killed" or "failed" or "runs on another node" or "too many wait",
            SingletonMessage<TallyMessage> => letter.Reason is "failed" || (letter.Reason is "stopped" or "killed" && process.Stopping),
            JournalWrite => letter.Reason is "stopped" or "killed" && process.Stopping,
            _ => false,
        };
    }
}
