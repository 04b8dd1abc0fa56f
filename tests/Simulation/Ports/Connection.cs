using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Ports;

/// <summary>The faults of one kind of call.</summary>
internal sealed record CallFaults(Fault Refused, Fault AnswerLost, Fault? Resent, Fault? Late, Fault Slow, Fault Hung)
{
    internal static CallFaults Journal { get; } =
        new(Fault.JournalRefused, Fault.JournalAnswerLost, Fault.JournalResent, Fault.JournalLate, Fault.JournalSlow, Fault.JournalHung);

    /// <summary>One writer, opened exclusively: what was refused does not happen later, and nobody sends it again but the writer.</summary>
    internal static CallFaults Tape { get; } = new(Fault.TapeRefused, Fault.TapeAnswerLost, null, null, Fault.TapeSlow, Fault.TapeHung);

    internal static CallFaults Leases { get; } =
        new(Fault.LeasesRefused, Fault.LeasesAnswerLost, Fault.LeasesResent, Fault.LeasesLate, Fault.LeasesSlow, Fault.LeasesHung);
}

/// <summary>
/// The way of one process to the database. A call can be refused, take effect and lose its answer, be sent again by the driver
/// after such a loss, take effect after its error was reported, be slow, or hang until the driver gives up.
/// Effects happen also when the process has died meanwhile; answers reach the living only.
/// </summary>
internal sealed class Connection(Process process, Random random)
{
    // What a driver waits for an answer before it reports an error.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>An outage: every call is refused.</summary>
    internal bool Down { get; set; }

    internal Task<T> Call<T>(CallFaults faults, Func<T> effect, Func<Exception> unavailable)
    {
        // Asynchronously: a continuation that does not belong to the process would come back on a foreign thread and be noticed.
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shape = process.World.Shape;
        var there = Delay(shape[faults.Slow]);
        var back = Delay(shape[faults.Slow]);
        if (Down || random.Chance(shape[faults.Refused]))
            After(there, Refuse);
        else if (random.Chance(shape[faults.Hung]))
            After(there, () => { Try(effect); After(Timeout, Refuse); });
        else if (random.Chance(shape[faults.AnswerLost]))
            After(there, () => { Try(effect); After(back, Refuse); });
        else if (faults.Late is { } late && random.Chance(shape[late]))
            After(there, () => { Refuse(); After(random.Seconds(0.001, 20), () => Try(effect)); });
        else if (faults.Resent is { } resent && random.Chance(shape[resent]))
            After(there, () => { Try(effect); After(back, () => Answer(Try(effect))); });
        else
            After(there, () => { var outcome = Try(effect); After(back, () => Answer(outcome)); });
        return answer.Task;

        void Refuse() => Answer((default!, unavailable()));

        void Answer((T Result, Exception? Error) outcome)
        {
            if (!process.Alive)
                return;
            if (outcome.Error is { } error)
                answer.SetException(error.In(process));
            else
                answer.SetResult(outcome.Result);
        }
    }

    private static (T Result, Exception? Error) Try<T>(Func<T> effect)
    {
        try
        {
            return (effect(), null);
        }
        catch (Exception e)
        {
            return (default!, e);
        }
    }

    private TimeSpan Delay(double slow) =>
        random.Chance(slow) ? random.Seconds(0.2, 15) : TimeSpan.FromMilliseconds(random.LogUniform(0.05, 20));

    private void After(TimeSpan delay, Action then) => process.World.After(delay, then);
}
