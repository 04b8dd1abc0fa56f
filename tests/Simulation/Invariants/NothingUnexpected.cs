using Microsoft.Extensions.Logging;
using Oddswire.Runtime;
using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Patterns;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Invariants;

/// <summary>Every failure is one that the world caused, every dead letter one that its workload expects, and no work comes from a foreign thread.</summary>
internal sealed class NothingUnexpected : Invariant
{
    private readonly int _thread = Environment.CurrentManagedThreadId;

    internal override void On(Observation seen)
    {
        switch (seen)
        {
            case Observation.Began when Environment.CurrentManagedThreadId != _thread:
                Fail($"{seen} on a foreign thread");
                break;
            case Observation.Logged { Level: LogLevel.Critical } logged when !World.Workloads.Any(workload => logged.Cause is { } cause && workload.ExpectsToEnd(cause)):
                Fail($"{logged.Process}: {logged.Text}: {logged.Cause}");
                break;
            case Observation.Logged { Cause: { } cause } logged when !IsExpected(cause) && !IsRefusedAsKilled(logged.Process, cause):
                Fail($"{logged.Process}: {logged.Text}: {cause}");
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

    private static bool IsRefusedAsKilled(Process process, Exception cause) => Planned.RefusedAsKilled(cause) is { } path && process.HasKilled(path);

    private bool IsExpected(Exception cause) => Planned.Is(cause) || World.Workloads.Any(workload => workload.Expects(cause));

    private bool IsExpected(Process process, DeadLetter letter)
    {
        if (letter.Cause is { } cause && !IsExpected(cause))
            return false;
        return letter.Message is JournalWrite
            ? letter.Reason is "stopped" or "killed" && process.Stopping
            : World.Workloads.Any(workload => workload.Expects(process, letter));
    }
}
