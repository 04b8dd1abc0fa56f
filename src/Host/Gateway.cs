using Microsoft.Extensions.Logging.Abstractions;
using Oddswire.Actors;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Tape;
using Oddswire.Host.Downstream;
using Oddswire.Host.Operations;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage;
using Oddswire.Host.Upstream;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;
using Oddswire.Simulator.Shell;

namespace Oddswire.Host;

/// <summary>What the command line asks of the gateway beside its settings.</summary>
public sealed record GatewayOptions(bool AcceptLoss, bool View);

/// <summary>The running program: everything from sockets to store hangs below it.</summary>
public static class Gateway
{
    private static readonly TimeSpan DeadlineEach = TimeSpan.FromSeconds(1);

    /// <summary>Ends when it has drained after <paramref name="stop"/>; throws when a failure has climbed to the root.</summary>
    public static async Task Run(LoadedSettings loaded, GatewayOptions options, TextWriter output, CancellationToken stop)
    {
        var (settings, time) = (loaded.Values, TimeProvider.System);
        using var logs = new ConsoleLog(settings.Log.Level);
        await using var simulator = settings.Simulator.Enabled
            ? await SimulatorServer.Start(settings.Simulator.Settings, time, NullLoggerFactory.Instance, stop)
            : null;
        await using var store = await Stores.Open(settings, options.AcceptLoss, time, logs.CreateLogger("Oddswire.Storage"));
        var node = new NodeId(settings.Node.Name, time.GetUtcNow().UtcTicks);
        var lease = await store.Leases.Seize("gateway", node, TimeSpan.FromSeconds(10));
        using var gamma = new GammaCatalog(settings.Catalog.Url!.Uri, settings.Catalog.Timeout);
        var catalog = new RememberingCatalog(gamma, store.Markets, logs.CreateLogger("Oddswire.Catalog"));
        var system = new ActorSystem(new ActorSystemOptions
        {
            Node = node,
            Random = Random.Shared,
            Loggers = logs,
            Journal = store.Journal,
            Supervision = Supervision,
        });
        var topology = new Topology(system, new TopologyOptions(
            store.Tape, new WebSocketUpstream(time), catalog, lease.Fence, Tape(settings), Sessions(settings),
            FeedsOf.Settings(settings.Feeds, (await store.Tape.Open()).SweptBlock)));

        using var metrics = new Metrics();
        var probes = new Probes(topology, metrics);
        var keys = new Keyring(settings.Keys, settings.Limits);
        var door = new FrontDoor(
            new DomeEndpoint(topology, keys, settings.Limits.Frame, time), new OrdersEndpoint(store.Tape, keys, time), new GatewayEndpoint(topology, keys),
            probes, settings.Operations.Port);
        try
        {
            await using var server = await WebServer.Start(settings.Http, settings.Operations, door.Serve, NullLoggerFactory.Instance);
            probes.Started = true;
            var view = new Lines(topology, loaded, output, time);
            await view.Ready();
            await Task.WhenAny(view.Run(stop), system.Terminated);
            probes.Draining = true;
            topology.Sessions!.Tell(new SessionsMessage.Broadcast(new SessionMessage.Leave(CloseReason.PlannedStop), ExtendedOnly: false));
        }
        finally
        {
            await system.Stop(DeadlineEach);
        }
        await system.Terminated;
    }

    /// <summary>A store that is away for an hour must not end the process; who has lost the right to write must.</summary>
    private static readonly SupervisorStrategy Supervision = new(
        Scope.OneForOne,
        static cause => cause is FencedException ? Directive.Escalate : SupervisorStrategy.DecideByDefault(cause),
        RestartLimit.Unlimited,
        Backoff.Default);

    private static TapeRules Tape(GatewaySettings settings) => new()
    {
        Release = settings.Orders.Release == OrderRelease.First ? Release.First : Release.Complete,
        WaitAtMost = settings.Orders.WaitAtMost,
        LateAfter = settings.Orders.LateAfter,
        CatalogWait = settings.Catalog.Wait,
        BufferBytes = settings.Tape.Buffer,
        HasChain = settings.Feeds.Polygon.Enabled,
    };

    private static SessionRules Sessions(GatewaySettings settings) => new() { OutboxBytes = settings.Limits.Outbox };
}
