using Oddswire.Messages.Orders;
using Oddswire.Simulation.Gateways;
using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Planted;
using Oddswire.Simulation.Worlds;
using Oddswire.Simulator.Faults;
using Xunit;
using Fault = Oddswire.Simulator.Faults.Fault;

namespace Oddswire.Actors.Tests.Scenarios;

/// <summary>
/// A calm world of the simulation: venues, one gateway, a client that speaks plain Dome and one with ?ext=1, both of which follow everything.
/// What goes wrong, a test says; that every guarantee held, the world's invariants say at <see cref="End"/>.
/// </summary>
internal sealed class Scenario
{
    private readonly World _world;

    internal Scenario(GatewayShape? shape = null)
    {
        _world = new World(1, Plant.None, null, world => [Gateways = new GatewayWorkload(world, shape ?? new GatewayShape())], static _ => Shape.Calm);
        _world.Begin();
        Plain = Add(extended: false);
        Extended = Add(extended: true);
        Run(20);
    }

    internal GatewayWorkload Gateways { get; private set; } = null!;
    internal Subscriber Plain { get; }
    internal Subscriber Extended { get; }
    internal Process Gateway => _world.Nodes[0].Process!;
    internal TimeSpan Now => _world.Clock.Elapsed;

    internal Subscriber Add(bool extended)
    {
        var client = Gateways.Add(extended);
        client.Come();
        client.Follow(OrderFilter.Everything);
        return client;
    }

    internal Scenario Run(double seconds)
    {
        _world.Run(TimeSpan.FromSeconds(seconds));
        return this;
    }

    internal Scenario Strike(string venue, FaultKind kind, double? seconds = null, Func<Fault, Fault>? with = null)
    {
        var fault = new Fault(venue, kind) { For = seconds is { } length ? TimeSpan.FromSeconds(length) : null };
        Gateways.Weather.Strike(with?.Invoke(fault) ?? fault);
        return this;
    }

    /// <summary>kill -9; after some seconds something starts it again.</summary>
    internal void Crash() => Gateway.End(inGoodOrder: false);

    internal Scenario StoreIsAway(double seconds)
    {
        Gateway.Connection.Down = true;
        Run(seconds);
        Gateway.Connection.Down = false;
        return this;
    }

    /// <summary>Faults end, the last fills settle, and everything that was promised is looked at.</summary>
    internal Scenario End()
    {
        _world.Heal();
        Run(240);
        _world.Check();
        Assert.True(_world.Failure is null, _world.Failure?.ToString());
        return this;
    }

    /// <summary>Fills that a client was told on its present socket.</summary>
    internal static int Told(Subscriber client) => client.Wishes[0].Delivery?.Times.Values.Sum() ?? 0;
}
