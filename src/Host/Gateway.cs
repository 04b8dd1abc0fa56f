using System.Collections.Immutable;
using Oddswire.Actors;
using Oddswire.Actors.Catalog;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Tape;
using Oddswire.Host.CommandLine;
using Oddswire.Host.Downstream;
using Oddswire.Host.Hocon;
using Oddswire.Host.Operations;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage;
using Oddswire.Host.Upstream;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Spectre.Console;

namespace Oddswire.Host;

/// <summary>What the command line asks of the gateway beside its settings.</summary>
public sealed record GatewayOptions(bool AcceptLoss, bool View);

/// <summary>The running program: everything from sockets to store hangs below it.</summary>
public static class Gateway
{
    private static readonly TimeSpan DeadlineEach = TimeSpan.FromSeconds(1);

    /// <summary>Ends when it has drained after <paramref name="stop"/>; throws when a failure has climbed to the root.</summary>
    public static async Task Run(LoadedSettings loaded, GatewayOptions options, Terminal terminal, CancellationToken stop)
    {
        var (settings, time) = (loaded.Values, TimeProvider.System);
        var tail = new LogTail();
        using var logs = new ConsoleLog(settings.Log.Level, options.View ? tail.Add : terminal.Error.WriteLine);
        await using var simulator = settings.Simulator.Enabled
            ? await StandIns.Start(settings.Simulator.Settings, time, stop)
            : null;
        using var folder = StorageFolder.Of(settings.Storage);
        await using var store = SqliteStore.Open(
            new SqliteStoreOptions(folder.Path) { AcceptLoss = options.AcceptLoss, Synchronous = settings.Journal.Synchronous }, time, logs.CreateLogger("Oddswire.Storage"));
        var node = new NodeId(settings.Node.Name, time.GetUtcNow().UtcTicks);
        var lease = await new SqliteLeases(store, time).Seize("gateway", node, TimeSpan.FromSeconds(10));
        var tape = TapeOf(settings, store, time);
        using var catalog = new GammaCatalog(settings.Catalog.Url!.Uri, settings.Catalog.Timeout);
        var system = new ActorSystem(new ActorSystemOptions
        {
            Node = node,
            Random = Random.Shared,
            Loggers = logs,
            Journal = new SqliteJournal(store),
        });
        var keyring = new Keyring([.. settings.Keys.Select(static key => key.ToRecord())], settings.Limits.Connections, settings.Limits.Commands);
        var topology = new Topology(system, new TopologyOptions(
            tape, new WebSocketUpstream(time), catalog, lease.Fence, Tape(settings), Sessions(settings),
            FeedsOf.Settings(settings.Feeds, (await tape.Open()).SweptBlock))
        {
            Keyring = keyring,
            CatalogRules = Catalog(settings.Catalog),
        });

        using var metrics = new Metrics();
        var probes = new Probes(topology, metrics);
        var door = new FrontDoor(
            new DomeEndpoint(topology, keyring, settings.Limits.Frame, time), new OrdersEndpoint(tape, keyring, time), new GatewayEndpoint(topology, keyring));
        try
        {
            await StoredKeys(topology);
            await using var server = await WebServer.Start(settings.Http, settings.Operations, new Doors(door.Serve, probes.Serve), logs);
            probes.Started = true;
            var greeting = new Greeting(loaded, !(keyring.Configured.IsEmpty && keyring.Stored.IsEmpty), server.Sockets, server.Public, server.Operations);
            using var view = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var viewing = View(greeting, new Pulses(topology, tape, time), options.View ? tail : null, terminal, view.Token);
            await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, time, stop), system.Terminated);
            await view.CancelAsync();
            await viewing;
            probes.Draining = true;
            topology.Sessions!.Tell(new SessionsMessage.Broadcast(new SessionMessage.Leave(CloseReason.PlannedStop), ExtendedOnly: false));
        }
        finally
        {
            await system.Stop(DeadlineEach);
        }
        await system.Terminated;
    }

    /// <summary>Before the first client comes: a door without the stored keys would turn away who holds one, and SDKs take that for final.</summary>
    private static async Task StoredKeys(Topology topology)
    {
        try
        {
            await topology.System.Ask(topology.Keys, (ActorRef<ImmutableArray<KeyRecord>> to) => new KeyMessage.GetStored(to), TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException e)
        {
            throw new StoreUnavailableException("the stored keys could not be read from the journal: the log above says why", e);
        }
    }

    /// <summary>Whoever looks at the program must not end it: a terminal that goes away ends the view alone.</summary>
    private static async Task View(Greeting greeting, Pulses pulses, LogTail? tail, Terminal terminal, CancellationToken stop)
    {
        try
        {
            foreach (var line in greeting.Lines)
                await terminal.Out.WriteLineAsync(line);
            await terminal.Out.FlushAsync(stop);
            if (tail is not null)
                await new Screen(tail, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out) })).Run(pulses.Read(stop), stop);
            else
                await Lines.Run(pulses.Read(stop), terminal.Out, stop);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The terminal is gone, or the gateway stops.
        }
    }

    private static ITape TapeOf(GatewaySettings settings, SqliteStore store, TimeProvider time) => settings.Tape.Store switch
    {
        TapeStore.Memory => new MemoryTape(),
        TapeStore.Sqlite => new SqliteTape(store, settings.Tape.Keep, settings.Tape.Max, time),
        _ => throw new ConfigurationException(Position.Whole("tape.store"), "sqlite or memory", "postgres, which this version does not have yet"),
    };

    private static CatalogRules Catalog(CatalogSettings settings) => new()
    {
        Batch = settings.Batch,
        Size = settings.Cache.Size,
        Found = settings.Cache.Found,
        Missing = settings.Cache.Missing,
    };

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
