using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>The guarantees of docs/failure-modes.md that a run of a gateway can break, by number and name.</summary>
internal static class Guarantee
{
    internal const string Order = "1 Order";
    internal const string Once = "2 Once";
    internal const string Resume = "3 Resume";
    internal const string Complete = "4 Complete";
    internal const string Gaps = "5 Gaps";
    internal const string Late = "6 Late";
    internal const string Durable = "7 Durable before visible";
    internal const string SlowClients = "8 Slow clients";
    internal const string Truth = "Nothing but the truth";
    internal const string Liveness = "Liveness";
}

/// <summary>An invariant that watches over guarantees of the gateway, and names the one that was broken.</summary>
internal abstract class Promise(GatewayWorkload gateways) : Invariant
{
    protected GatewayWorkload Gateways { get; } = gateways;

    protected void Broken(string guarantee, string what) => World.Fail(guarantee, what);
}
