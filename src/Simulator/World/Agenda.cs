namespace Oddswire.Simulator.World;

// The only clock of the simulated world: what is due when, run in order by Advance. World, venues and faults put their
// next steps here; the shell advances it with real time, a simulation with virtual time, and both see the same run.
public sealed class Agenda(DateTimeOffset start)
{
    private readonly PriorityQueue<Action, (long Due, long Order)> _steps = new();
    private long _order;

    public DateTimeOffset Now { get; private set; } = start;

    public DateTimeOffset? NextDue =>
        _steps.TryPeek(out _, out var next) ? new DateTimeOffset(next.Due, TimeSpan.Zero) : null;

    public void At(DateTimeOffset due, Action step) => _steps.Enqueue(step, (due.UtcTicks, _order++));

    public void After(TimeSpan delay, Action step) => At(Now + delay, step);

    public void Advance(DateTimeOffset to)
    {
        while (_steps.TryPeek(out _, out var next) && next.Due <= to.UtcTicks)
        {
            var step = _steps.Dequeue();
            // A step that is already late (the caller's clock went back) runs now, not in the past.
            if (next.Due > Now.UtcTicks) Now = new DateTimeOffset(next.Due, TimeSpan.Zero);
            step();
        }
        if (to > Now) Now = to.ToUniversalTime();
    }
}
