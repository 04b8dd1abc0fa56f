using Oddswire.Simulation.Worlds;
using Oddswire.Simulator;
using Oddswire.Simulator.World;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Gateways.Venues;

/// <summary>All venues on the world's clock: what is due at them happens when it is due, whether a gateway listens or not.</summary>
internal sealed class Street
{
    // The venues are older than the gateway.
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(1);

    private readonly World _world;
    private readonly StandIn _standIn;
    private readonly ITimer _timer;

    internal Street(World world, WorldSettings settings)
    {
        _world = world;
        _standIn = new StandIn(settings, ManualClock.Epoch - Before);
        _standIn.Advance(ManualClock.Epoch);
        _timer = world.Clock.CreateTimer(_ => Use(static _ => true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Arm();
    }

    /// <summary>Whoever wants to see each thing that happens here.</summary>
    internal Action<StandIn>? Moved { get; set; }

    /// <summary>To look at. What changes something goes through <see cref="Use"/>.</summary>
    internal StandIn Seen => _standIn;

    internal T Use<T>(Func<StandIn, T> what)
    {
        _standIn.Advance(Now);
        var result = what(_standIn);
        Moved?.Invoke(_standIn);
        Arm();
        return result;
    }

    private DateTimeOffset Now => ManualClock.Epoch + _world.Clock.Elapsed;

    private void Arm()
    {
        var wait = _standIn.NextDue - Now;
        if (wait is { } after)
            _timer.Change(after > TimeSpan.Zero ? after : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
