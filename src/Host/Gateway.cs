using System.Collections.Immutable;
using Oddswire.Actors;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Sessions;
using Oddswire.Host.CommandLine;
using Oddswire.Host.Downstream;
using Oddswire.Host.Operations;
using Oddswire.Host.Settings;
using Oddswire.Host.Storage;
using Oddswire.Host.Storage.Retention;
using Oddswire.Host.Upstream;
using Oddswire.Host.Why;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Runtime;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Host;

/// <summary>What the command line asks of the gateway beside its settings.</summary>
public sealed record GatewayOptions(bool AcceptLoss, bool View);

/// <summary>The running program: everything from sockets to store hangs below it.</summary>
public static class Gateway
{
    private static readonly TimeSpan DeadlineEach = TimeSpan.FromSeconds(1);

    /// <summary>A store that is away for an hour must not end the process; who has lost the right to write must.</summary>
    private static readonly SupervisorStrategy Supervision = new(
        Scope.OneForOne,
        static cause => cause is FencedException ? Directive.Escalate : SupervisorStrategy.DecideByDefault(cause),
        RestartLimit.Unlimited,
        Backoff.Default);

    /// <summary>Ends when it has drained after <paramref name="stop"/>; throws when a failure has climbed to the root.</summary>
    public static async Task Run(LoadedSettings loaded, GatewayOptions options, Terminal terminal, CancellationToken stop)
    {
        var (settings, time) = (loaded.Values, TimeProvider.System);
        var tail = new LogTail();
        using var logs = new ConsoleLog(settings.Log.Level, options.View ? tail.Add : terminal.Error.WriteLine);
        await using var simulator = settings.Simulator.Enabled
            ? await StandIns.Start(settings.Simulator.Settings, time, stop)
            : null;
        await using var store = await Stores.Open(settings, options.AcceptLoss, time, logs.CreateLogger("Oddswire.Storage"));
        var node = new NodeId(settings.Node.Name, time.GetUtcNow().UtcTicks);
        var lease = await store.Leases.Seize("gateway", node, TimeSpan.FromSeconds(10));
        using var gamma = new GammaCatalog(settings.Catalog.Url!.Uri, settings.Catalog.Timeout);
        using var rest = settings.Feeds.ClobMarket.Rest is { } books ? new ClobRestBooks(books.Uri) : null;
        var catalog = new RememberingCatalog(gamma, store.Markets, logs.CreateLogger("Oddswire.Catalog"));
        using var journal = new WatchedJournal(store.Journal, time);
        var system = new ActorSystem(new ActorSystemOptions
        {
            Node = node,
            Random = Random.Shared,
            Loggers = logs,
            Journal = journal,
            Supervision = Supervision,
        });
        var keyring = new Keyring([.. settings.Keys.Select(static key => key.ToRecord())], settings.Limits.Connections, settings.Limits.Commands);
        var (clobAccounts, usAccounts) = (settings.Accounts.OfType<ClobAccountSettings>().ToImmutableArray(), settings.Accounts.OfType<UsAccountSettings>().ToImmutableArray());
        var topology = new Topology(system, new TopologyOptions(
            store.Tape, new WebSocketUpstream(time), catalog, lease.Fence, RulesOf.Tape(settings), RulesOf.Sessions(settings.Limits, settings.Clob, settings.Us),
            [.. FeedsOf.Settings(settings.Feeds, (await store.Tape.Open()).SweptBlock), .. FeedsOf.Accounts(settings.Feeds.ClobUser, clobAccounts), .. FeedsOf.UsAccounts(settings.Feeds.UsPrivate, usAccounts)])
        {
            Keyring = keyring,
            CatalogRules = RulesOf.Catalog(settings.Catalog),
            DurableRules = RulesOf.Durable(settings.Subscriptions),
            BookFeed = FeedsOf.Books(settings.Feeds.ClobMarket),
            BookSource = rest,
            BookRules = RulesOf.Books(settings.Feeds.ClobMarket),
            ChangedStreams = store.Changed,
            Traces = store.Traces,
            Accounts = [.. clobAccounts.Select(static account => account.Name)],
            UsMarketsFeed = FeedsOf.UsMarkets(settings.Feeds.UsMarkets, usAccounts),
            UsMarketRules = RulesOf.UsMarkets(settings.Feeds.UsMarkets),
            UsAccounts = [.. usAccounts.Select(static account => account.Name)],
            Exchanges = FeedsOf.Exchanges(settings.Feeds.Polygon),
        });

        journal.Changed = (kind, why) => topology.Ledger.Tell(new LedgerMessage.FeedFact("journal", kind, why));
        using var metrics = new Metrics();
        using var vitals = new Vitals(topology, journal, time);
        var probes = new Probes(vitals, metrics);
        var refusals = new RefusalRecord(topology.Ledger);
        var sockets = new SocketDoor(topology, settings.Limits.Frame, time, logs.CreateLogger("Oddswire.Downstream"));
        var places = new ConnectionLimit(topology, refusals);
        var us = new UsDoor(sockets, places, keyring, refusals, [.. usAccounts.Select(static account => account.Name)], topology.UsMarkets is not null, settings.Us, time, logs.CreateLogger("Oddswire.Downstream"));
        var door = new FrontDoor(
            new DomeEndpoint(places, sockets, keyring, refusals, time), Keyless(SessionProtocol.Rtds, "rtds"), Keyless(SessionProtocol.ClobMarket, "clob-market"),
            new KeylessEndpoint(SessionProtocol.ClobUser, "clob-user", places, sockets, keyring, refusals, settings.Clob, time) { AsksItself = true },
            new UsEndpoint(UsSocket.Markets, us), new UsEndpoint(UsSocket.Private, us),
            new OrdersEndpoint(store.Tape, keyring, refusals, time),
            new GatewayEndpoint(
                topology, keyring, new AuditApi(store.Rows),
                new WhyApi(new Inquiry(topology, store.Tape, store.Traces, new RecordedLives(journal, store.Rows), time)), refusals, time));
        KeylessEndpoint Keyless(SessionProtocol protocol, string name) => new(protocol, name, places, sockets, keyring, refusals, settings.Clob, time);
        try
        {
            await StoredKeys(topology);
            await using var server = await WebServer.Start(settings.Http, settings.Operations, new Doors(door.Serve, probes.Serve), logs);
            probes.Started = true;
            var greeting = new Greeting(loaded, !(keyring.Configured.IsEmpty && keyring.Stored.IsEmpty), server.Sockets, server.Public, server.Operations);
            var retention = new JournalRetention(
                store.Cuts, store.Rows, settings.Journal.Keep, settings.Journal.Max, lease.Fence, time, logs.CreateLogger("Oddswire.Storage"));
            using var view = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var viewing = View.Run(greeting, new Pulses(topology, store.Tape, time), options.View ? tail : null, terminal, view.Token);
            var cutting = retention.Run(view.Token);
            await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, time, stop), system.Terminated);
            await view.CancelAsync();
            await viewing;
            await cutting;
            probes.Draining = true;
            sockets.Leaving = true;
            await CloseTheBook(topology);
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

    /// <summary>Clients are sent away, and while everybody else is still there what they did, and where each stream ends, is put on record.</summary>
    private static async Task CloseTheBook(Topology topology)
    {
        try
        {
            await topology.System.Ask(topology.Sessions!, static (ActorRef<bool> to) => new SessionsMessage.Leave(to), DeadlineEach);
            await topology.System.Ask(topology.Ledger, static (ActorRef<LedgerMessage> to) => new LedgerMessage.Settle(to), DeadlineEach);
        }
        catch (TimeoutException)
        {
            // A store that is away must not hold up the stop; the next start verifies, and heads come again.
        }
    }
}
