using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Ports;

/// <summary>Between clients and nodes: what is sent arrives later, twice, or never.</summary>
internal sealed class Network(World world)
{
    private readonly Random _random = world.Seed.For("network");

    /// <summary>Reaches whatever process the node runs by then. A paused one finds it when it wakes.</summary>
    internal void ToNode(Node node, Action<Process> arrives) => Send(() =>
    {
        if (node.Process is { } process)
            process.Post(() => arrives(process));
    });

    internal void ToClient(Action arrives) => Send(arrives);

    private void Send(Action arrives)
    {
        if (_random.Chance(world.Shape[Fault.NetworkLost]))
            return;
        world.After(Delay(), arrives);
        if (_random.Chance(world.Shape[Fault.NetworkRepeated]))
            world.After(Delay(), arrives);
    }

    private TimeSpan Delay() => _random.Chance(world.Shape[Fault.NetworkSlow])
        ? _random.Seconds(0.1, 10)
        : TimeSpan.FromMilliseconds(_random.LogUniform(0.1, 30));
}
