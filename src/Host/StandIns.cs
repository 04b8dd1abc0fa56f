using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Host.Downstream;
using Oddswire.Simulator;
using Oddswire.Simulator.Shell;

namespace Oddswire.Host;

/// <summary>The stand-in venues of this process.</summary>
internal static class StandIns
{
    internal static async Task<SimulatorServer> Start(SimulatorSettings settings, TimeProvider time, CancellationToken stop)
    {
        try
        {
            return await SimulatorServer.Start(settings, time, NullLoggerFactory.Instance, stop);
        }
        catch (SimulatorUnavailableException taken) when (taken.TakenPort is { } port)
        {
            var owner = PortOwner.Find(port) is { } pid ? $" by process {pid}" : "";
            throw new SimulatorUnavailableException($"port {port} on {settings.Host} is taken{owner}; another one: --set simulator.port={port + 1}", taken);
        }
    }
}
