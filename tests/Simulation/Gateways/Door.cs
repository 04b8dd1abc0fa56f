using Oddswire.Actors;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Patterns;
using Oddswire.Simulation.Gateways.Venues;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways;

/// <summary>A gateway that takes clients.</summary>
internal sealed record Gateway(Process Process, Topology Topology);

/// <summary>
/// Where clients find the one gateway of a world: it opens with each process that gets so far and closes when that stops. Around it is what the world
/// does for a gateway: it starts it again, connects it to the venues, and tells it to dial those once more that refused it.
/// </summary>
internal sealed class Door(World world, Street street, params string[] feeds)
{
    private readonly Dictionary<Process, SimUpstream> _upstreams = [];

    internal Gateway? Open { get; private set; }

    /// <summary>With the lease, and what else it needs to begin; when that cannot be had, something outside starts it again.</summary>
    internal static async Task<T> Insist<T>(Process process, Func<Lease, ValueTask<T>> begin)
    {
        while (true)
        {
            try
            {
                return await begin(await process.Leases.Seize("gateway", process.System.Node, TimeSpan.FromSeconds(10)));
            }
            catch (Exception e) when (e is LeasesUnavailableException or TapeUnavailableException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), process.Clock);
            }
        }
    }

    internal SimUpstream Upstream(Process process) => _upstreams[process] = new SimUpstream(process, street);

    /// <summary>The tree; and when the tree has ended, the process has.</summary>
    internal async Task Run(Process process, TopologyOptions options)
    {
        Open = new Gateway(process, new Topology(process.System, options));
        try
        {
            await process.System.Terminated;
        }
        catch (Exception e)
        {
            world.Observe(new Worlds.Observation.Disturbed($"{process} has given up: {e.Message}"));
        }
        if (!process.Stopping)
            process.End(inGoodOrder: false);
    }

    internal void Stopping(Process process)
    {
        if (Open?.Process == process)
            Open.Topology.Sessions!.Tell(new SessionsMessage.Broadcast(new SessionMessage.Leave(CloseReason.PlannedStop), ExtendedOnly: false));
        Close(process);
    }

    internal void Ended(Process process)
    {
        Close(process);
        if (_upstreams.Remove(process, out var upstream))
            upstream.End();
    }

    /// <summary>What a venue refused for good waits for an operator.</summary>
    internal void Heal()
    {
        foreach (var seconds in (int[])[5, 60])
            world.After(TimeSpan.FromSeconds(seconds), Retry);
    }

    private void Retry()
    {
        if (Open is { } gateway)
            gateway.Process.Post(() => _ = Retry(gateway));
    }

    private async Task Retry(Gateway gateway)
    {
        foreach (var feed in feeds)
        {
            try
            {
                await gateway.Process.System.Ask<FeedsMessage, bool>(gateway.Topology.Feeds, reply => new FeedsMessage.Retry(feed, reply), TimeSpan.FromSeconds(10));
            }
            catch (TimeoutException)
            {
                // it is on its way down
            }
        }
    }

    private void Close(Process process)
    {
        if (Open?.Process == process)
            Open = null;
    }
}
