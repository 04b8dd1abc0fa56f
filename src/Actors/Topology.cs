using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Actors.Accounts;
using Oddswire.Actors.Activity;
using Oddswire.Actors.Catalog;
using Oddswire.Actors.Feeds;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Ledger;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Ports;
using Oddswire.Actors.Routing;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Tape;
using Oddswire.Actors.UsMarkets;
using Oddswire.Actors.Wallets;
using Oddswire.Actors.Why;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Books;
using Oddswire.Messages.Catalog;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Protocols.Dome;
using Oddswire.Protocols.Polygon;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;

namespace Oddswire.Actors;

/// <summary>What the tree is made with: the adapters of the ports, and the settings of the stages.</summary>
public sealed record TopologyOptions(
    ITape Tape,
    IUpstream Upstream,
    ICatalogSource Catalog,
    Fence Fence,
    TapeRules TapeRules,
    SessionRules SessionRules,
    ImmutableArray<FeedSettings> Feeds)
{
    /// <summary>The keys of the configuration; the stored ones join them. The doors look here.</summary>
    public Keyring Keyring { get; init; } = Keyring.Empty;

    public CatalogRules CatalogRules { get; init; } = new();

    public DurableRules DurableRules { get; init; } = new();

    /// <summary>What `why` answers from. None given: it is kept in memory.</summary>
    public ITraces? Traces { get; init; }

    /// <summary>The names of the accounts whose feeds are among <see cref="Feeds"/>.</summary>
    public ImmutableArray<string> Accounts { get; init; } = [];

    /// <summary>The contracts that fill orders.</summary>
    public ImmutableHashSet<WalletId> Exchanges { get; init; } = [.. PolygonContracts.Current, .. PolygonContracts.Former];

    /// <summary>The feed of order books; none: there are no books.</summary>
    public BookFeedSettings? BookFeed { get; init; }

    /// <summary>The same venue's REST; none: the stream has no second witness.</summary>
    public IBookSource? BookSource { get; init; }

    public BookRules BookRules { get; init; } = new();

    /// <summary>The feed of the markets of Polymarket US; none: there are no such markets.</summary>
    public UsMarketsFeedSettings? UsMarketsFeed { get; init; }

    public UsMarketRules UsMarketRules { get; init; } = new();

    /// <summary>The accounts there whose feeds are among <see cref="Feeds"/>.</summary>
    public ImmutableArray<string> UsAccounts { get; init; } = [];

    /// <summary>The ends of the journal's streams, for the record.</summary>
    public IChangedStreams ChangedStreams { get; init; } = new NoChangedStreams();
}

/// <summary>
/// The tree, in the order of the data: feeds -> tape -> wallets and markets -> sessions; order books and US markets go feeds -> books or us-markets -> sessions, accounts feeds -> accounts -> sessions. The only place that knows every stage.
/// It starts from the far end, so that nothing is told to an actor that is not there yet; a stop goes the other way.
/// </summary>
public sealed class Topology
{
    public Topology(ActorSystem system, TopologyOptions options)
    {
        System = system;
        var backlog = new LedgerBacklog();
        Ledger = system.Spawn(Props.Of(() => new LedgerActor(options.Fence, backlog, options.ChangedStreams, () => Sessions)), "ledger");
        system.Quarantined += one => Ledger.Tell(new LedgerMessage.Quarantined(one.Actor.Path, $"{one.Cause.GetType().Name}: {one.Cause.Message}"));
        Traces = system.Spawn(Props.Of(() => new TracesActor(options.Traces ?? new MemoryTraces(TraceBounds.Default, system.Time))), "traces");
        Catalog = system.Spawn(Props.Of(() => new CatalogActor(options.Catalog, options.CatalogRules)), "catalog");
        Keys = system.Spawn(Props.Of(KeysActor.Instances(options.Keyring, options.Fence, () => Sessions)), "keys");
        var (inWallets, inMarkets) = (new InterestReport(), new InterestReport());
        ActorRef<HubMessage> wallets = system.Spawn(Props.Of(() => new WalletsActor(inWallets)), "wallets");
        ActorRef<HubMessage> markets = system.Spawn(Props.Of(() => new MarketsActor(inMarkets)), "markets");
        ActorRef<HubMessage> activity = system.Spawn(Props.Of(() => new ActivityActor(options.Exchanges)), "activity");
        var wiring = new TapeWiring(options.Tape, options.Fence.Term, Encode, Catalog, Ledger, [wallets, markets, activity]) { Traces = Traces };
        Tape = system.Spawn(Props.Of(() => new TapeActor(options.TapeRules, wiring)) with { Critical = true }, "tape");
        var durable = new DurableWiring(Tape, options.Tape, options.Fence, [wallets, markets]) { Rules = options.DurableRules };
        Subscriptions = system.Spawn(Props.Of(() => new SubscriptionsActor(durable)), "subscriptions");
        Books = options.BookFeed is null ? null : system.Spawn(Props.Of(() => new BooksActor(options.BookRules, options.BookSource, Ledger)), "books");
        Accounts = system.Spawn(Props.Of(() => new AccountsActor<AccountMessage>(options.Accounts, name => AccountActor.Instances(name, Ledger))), "accounts");
        UsMarkets = options.UsMarketsFeed is null ? null : system.Spawn(Props.Of(() => new UsMarketsActor(options.UsMarketRules, Ledger)), "us-markets");
        UsAccounts = system.Spawn(Props.Of(() => new AccountsActor<UsAccountMessage>(options.UsAccounts, name => UsAccountActor.Instances(name, Ledger))), "us-accounts");
        var sessions = new SessionWiring(options.SessionRules, options.Tape, Tape, Subscriptions, Keys, Ledger) { Traces = Traces, Books = Books, Activity = activity, Accounts = Accounts, UsMarkets = UsMarkets, UsAccounts = UsAccounts, FindUser = options.Keyring.Find };
        Sessions = system.Spawn(Props.Of(() => new SessionsActor(sessions)), "sessions");
        var books = options.BookFeed is { } feed ? new BookFeed(feed, Books!) : null;
        var usMarkets = options.UsMarketsFeed is { } usFeed ? new UsMarketsFeed(usFeed, UsMarkets!) : null;
        Feeds = system.Spawn(Props.Of(() => new FeedsActor(options.Feeds, options.Upstream, Tape, Ledger, [wallets, markets], books, Accounts, usMarkets, UsAccounts)), "feeds");
    }

    public ActorSystem System { get; }
    public ActorRef<LedgerMessage> Ledger { get; }
    public ActorRef<TraceMessage> Traces { get; }
    public ActorRef<CatalogMessage> Catalog { get; }
    public ActorRef<KeyMessage> Keys { get; }
    public ActorRef<SubscriptionMessage> Subscriptions { get; }
    public ActorRef<TapeMessage> Tape { get; }
    public ActorRef<BooksMessage>? Books { get; }
    public ActorRef<AccountMessage> Accounts { get; }
    public ActorRef<UsMarketsMessage>? UsMarkets { get; }
    public ActorRef<UsAccountMessage> UsAccounts { get; }
    public ActorRef<SessionsMessage>? Sessions { get; }
    public ActorRef<FeedsMessage> Feeds { get; }

    [ThreadStatic] private static ArrayBufferWriter<byte>? _encoding;

    /// <summary>The one encoding of a fill that did not come encoded, shared by everybody it is sent to and by the tape.</summary>
    private static ReadOnlyMemory<byte> Encode(Fill fill)
    {
        var data = _encoding ??= new ArrayBufferWriter<byte>(1024);
        data.ResetWrittenCount();
        DomeEventCodec.EncodeData(fill, data);
        return data.WrittenSpan.ToArray();
    }
}
