using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Ports;

/// <summary>The leases as one process sees them: over its connection, which fails.</summary>
internal sealed class SimLeases(Process process) : ILeases
{
    private readonly Database _database = process.World.Database;

    public async ValueTask<Lease?> Hold(string resource, NodeId owner, TimeSpan timeToLive) =>
        await Call(() => _database.Hold(process, resource, owner, timeToLive));

    public async ValueTask<Lease> Seize(string resource, NodeId owner, TimeSpan timeToLive) =>
        await Call(() => _database.Seize(process, resource, owner, timeToLive));

    public async ValueTask Release(Lease lease) => await Call(() =>
    {
        _database.Release(lease);
        return true;
    });

    private Task<T> Call<T>(Func<T> effect) =>
        process.Connection.Call(CallFaults.Leases, effect, () => new LeasesUnavailableException("no answer"));
}
