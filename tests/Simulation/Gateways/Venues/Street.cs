using Oddswire.Simulator;
using Oddswire.Simulator.Faults;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>All venues on one clock: what is due at them happens when it is due, whether a gateway listens or not.</summary>
internal class Street
{
    // The venues are older than the gateway.
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(1);

    private readonly ManualClock _clock;
    private readonly ITimer _timer;

    internal Street(ManualClock clock, SimulatorSettings settings)
    {
        _clock = clock;
        StandIn = new StandIn(settings, ManualClock.Epoch - Before);
        StandIn.Advance(ManualClock.Epoch);
        _timer = clock.CreateTimer(_ => Use(static _ => { }), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm();
    }

    /// <summary>Whoever wants to see each thing that happens here.</summary>
    internal Action<StandIn>? Moved { get; set; }

    /// <summary>To look at. What changes something goes through <see cref="Use{T}"/>.</summary>
    internal StandIn StandIn { get; }

    internal T Use<T>(Func<StandIn, T> what)
    {
        StandIn.Advance(Now);
        var result = what(StandIn);
        Moved?.Invoke(StandIn);
        Arm();
        return result;
    }

    internal void Use(Action<StandIn> what) => Use(standIn =>
    {
        what(standIn);
        return true;
    });

    internal void Strike(string venue, FaultKind kind, double? seconds, Func<Fault, Fault>? with)
    {
        var fault = new Fault(venue, kind) { For = seconds is { } length ? TimeSpan.FromSeconds(length) : null };
        Use(standIn => standIn.Faults.Inject(with?.Invoke(fault) ?? fault));
    }

    internal void Heal() => Use(static standIn => standIn.Faults.HealAll());

    private DateTimeOffset Now => ManualClock.Epoch + _clock.Elapsed;

    private void Arm()
    {
        var wait = StandIn.NextDue - Now;
        if (wait is { } after)
            _timer.Change(after > TimeSpan.Zero ? after : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
