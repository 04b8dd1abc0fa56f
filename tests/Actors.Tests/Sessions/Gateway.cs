using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Actors.Accounts;
using Oddswire.Actors.Activity;
using Oddswire.Actors.Keys;
using Oddswire.Actors.Markets;
using Oddswire.Actors.Sessions;
using Oddswire.Actors.Subscriptions;
using Oddswire.Actors.Tape;
using Oddswire.Actors.Tests.Tape;
using Oddswire.Actors.Wallets;
using Oddswire.Messages.Accounts;
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
using Oddswire.Protocols.Clob;
using Oddswire.Protocols.Dome;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.TestKit;

namespace Oddswire.Actors.Tests.Sessions;

/// <summary>Everything from the tape to the clients' sockets, of real actors; the feeds are the test.</summary>
internal sealed class Gateway
{
    private static readonly SourceId Chain = new("polygon", 1);

    private readonly InMemoryLeases _leases;

    /// <param name="before">A gateway that is no more: what it left in its stores is found again.</param>
    internal Gateway(int seed = 1, SessionRules? rules = null, int mostStored = 1_000_000, Gateway? before = null, DurableRules? durable = null)
    {
        Store = before?.Store ?? new FaultyTape(mostStored);
        Kit = new TestSystem(seed, journal: before?.Kit.Journal);
        _leases = before?._leases ?? Kit.Leases;
        var fence = _leases.Seize("gateway", new NodeId("node", seed), TimeSpan.FromHours(1)).AsTask().GetAwaiter().GetResult().Fence;
        Ledger = Kit.Probe<LedgerMessage>();
        Traces = Kit.Probe<TraceMessage>();
        Keys = Kit.Spawn(KeysActor.Instances(Keyring, fence, () => Sessions), "keys");
        ActorRef<HubMessage> wallets = Kit.Spawn(() => new WalletsActor(), "wallets");
        ActorRef<HubMessage> markets = Kit.Spawn(() => new MarketsActor(), "markets");
        ActorRef<HubMessage> activity = Kit.Spawn(() => new ActivityActor([Made.Exchange]), "activity");
        var wiring = new TapeWiring(Store, fence.Term + 2, Encode, Kit.Probe<CatalogMessage>(), Kit.Probe<LedgerMessage>(), [wallets, markets, activity]) { Traces = Traces };
        Tape = Kit.Spawn(() => new TapeActor(new TapeRules(), wiring), "tape");
        Subscriptions = Kit.Spawn(() => new SubscriptionsActor(new DurableWiring(Tape, Store, fence, [wallets, markets]) { Rules = durable ?? new() }), "subscriptions");
        var accountFacts = Kit.Probe<LedgerMessage>();
        Accounts = Kit.Spawn(() => new AccountsActor<AccountMessage>(["main", "other"], name => AccountActor.Instances(name, accountFacts)), "accounts");
        UsMarkets = Kit.Probe<UsMarketsMessage>();
        UsAccounts = Kit.Probe<UsAccountMessage>();
        var sessions = new SessionWiring(rules ?? new SessionRules(), Store, Tape, Subscriptions, Keys, Ledger)
        {
            Traces = Traces,
            Activity = activity,
            Accounts = Accounts,
            UsMarkets = UsMarkets,
            UsAccounts = UsAccounts,
            FindUser = Keyring.Find,
        };
        Sessions = Kit.Spawn(() => new SessionsActor(sessions), "sessions");
        Tape.Tell(new TapeMessage.SourceUp(Chain, SourceKind.Chain, null));
        Kit.Settle();
    }

    internal TestSystem Kit { get; }
    internal FaultyTape Store { get; }
    internal ActorRef<AccountMessage> Accounts { get; }

    /// <summary>The hubs of Polymarket US are the test.</summary>
    internal Probe<UsMarketsMessage> UsMarkets { get; }
    internal Probe<UsAccountMessage> UsAccounts { get; }
    internal Keyring Keyring { get; } = new([new("configured", Keyring.Hash("of-the-file"), Tier.Dev, ["stream"], null, null, 0), User("bot", "account:main"), User("stranger", "stream"), User("gone", "account:gone")], 5, 50);
    internal ActorRef<KeyMessage> Keys { get; }
    internal Probe<LedgerMessage> Ledger { get; }
    internal Probe<TraceMessage> Traces { get; }
    internal ActorRef<SubscriptionMessage> Subscriptions { get; }
    internal ActorRef<TapeMessage> Tape { get; }
    internal ActorRef<SessionsMessage> Sessions { get; } = null!;

    /// <summary>Whose secret is s, and whose passphrase p.</summary>
    private static KeyRecord User(string name, string scope) => new(name, Keyring.Hash(new ClobCredentials(name, "s", "p")), Tier.Dev, [scope], null, null, 0) { Kind = KeyKind.Clob };

    internal FakeClient Attach(SubscriptionId subscription, Key? key = null) => Connect(extended: true, key, subscription);

    internal FakeClient Connect(bool extended = false, Key? key = null, SubscriptionId? attach = null, SessionProtocol protocol = SessionProtocol.Dome)
    {
        var client = new FakeClient(Kit);
        var door = Kit.Probe<ActorRef<SessionMessage>>();
        Sessions.Tell(new Accept(new SocketClient(key ?? Made.Key(), "127.0.0.1", extended, client) { Attach = attach, Protocol = protocol, Account = "main" }, door));
        client.Session = door.Expect<ActorRef<SessionMessage>>();
        return client;
    }

    /// <summary>Logs that arrive in one message.</summary>
    internal void Fill(params ReadOnlySpan<Fill> fills)
    {
        Begin(fills);
        Kit.Settle();
    }

    /// <summary>The same, and nobody has moved yet.</summary>
    internal void Begin(params ReadOnlySpan<Fill> fills)
    {
        var logs = ImmutableArray.CreateBuilder<Observation>();
        foreach (var fill in fills)
            logs.Add(new Observation.Log(fill.Market.Slug.Length > 0 ? fill : fill with { Market = Made.Market }));
        Tape.Tell(new TapeMessage.Observed(Chain, logs.ToImmutable()));
    }

    internal void Removed(int tx, int index)
    {
        Tape.Tell(new TapeMessage.Observed(Chain, [new Observation.LogRemoved(Made.Tx(tx), index, 100)]));
        Kit.Settle();
    }

    private static ReadOnlyMemory<byte> Encode(Fill fill)
    {
        var data = new ArrayBufferWriter<byte>();
        DomeEventCodec.EncodeData(fill, data);
        return data.WrittenMemory;
    }
}
