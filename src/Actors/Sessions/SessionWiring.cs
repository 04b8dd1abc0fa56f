using Oddswire.Actors.Ports;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Books;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;
using Oddswire.Protocols.Clob;
using Oddswire.Runtime;

namespace Oddswire.Actors.Sessions;

/// <summary>The limits of every session.</summary>
public sealed record SessionRules
{
    /// <summary>Bytes that a client may leave unread before it is closed as too slow.</summary>
    public long OutboxBytes { get; init; } = 8 << 20;

    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Commands that may wait for their turn; as many as the key may have subscriptions, if that is more: a client that comes back asks for all at once.</summary>
    public int WaitingCommands { get; init; } = 64;

    /// <summary>Entries read from the tape at a time on a resume.</summary>
    public int ReplayPage { get; init; } = 500;

    /// <summary>Tokens whose books one socket may follow, and one frame may name.</summary>
    public int BookTokens { get; init; } = 2_000;

    /// <summary>How long a subscribe waits for books that are not here yet before it is answered with those that are.</summary>
    public TimeSpan OpeningWait { get; init; } = TimeSpan.FromSeconds(2);

    public UsRules Us { get; init; } = new();

    /// <summary>How long a client may be so slow that it is spared the changes of books.</summary>
    public TimeSpan SlowPatience { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Whom sessions talk to.</summary>
public sealed record SessionWiring(
    SessionRules Rules, ITape Store, ActorRef<TapeMessage> Tape, ActorRef<SubscriptionMessage> Subscriptions, ActorRef<KeyMessage> Keys,
    ActorRef<LedgerMessage> Ledger)
{
    /// <summary>Who keeps how far connections are; null: nobody.</summary>
    public ActorRef<TraceMessage>? Traces { get; init; }

    /// <summary>Who keeps order books; null: there are none.</summary>
    public ActorRef<BooksMessage>? Books { get; init; }

    /// <summary>Accounts of the configuration; null: there are none.</summary>
    public ActorRef<AccountMessage>? Accounts { get; init; }

    /// <summary>The markets of Polymarket US; null: there are none.</summary>
    public ActorRef<UsMarketsMessage>? UsMarkets { get; init; }

    /// <summary>Accounts there; null: there are none.</summary>
    public ActorRef<UsAccountMessage>? UsAccounts { get; init; }

    /// <summary>Whose credentials these are; null: nobody's.</summary>
    public Func<ClobCredentials, Key?>? FindUser { get; init; }

    /// <summary>The hub of everything that is published, for clients of the activity feed.</summary>
    public ActorRef<HubMessage>? Activity { get; init; }
}

/// <summary>What a client speaks.</summary>
public enum SessionProtocol { Dome, ClobMarket, ClobUser, Rtds, UsMarkets, UsPrivate }

/// <summary>A client that has passed the door. Answered with the actor that serves it.</summary>
public sealed record Accept(SocketClient Client, ActorRef<ActorRef<SessionMessage>> ReplyTo) : SessionsMessage;

/// <summary>Who it is, what it asked for, and how to send to it.</summary>
public sealed record SocketClient(Key Key, string Address, bool Extended, IClientConnection Connection)
{
    public SessionProtocol Protocol { get; init; }

    /// <summary>The one account that the socket is for, where its protocol has one.</summary>
    public string? Account { get; init; }

    /// <summary>The durable subscription that the socket was opened for. Its events have positions: <see cref="Extended"/> goes with it.</summary>
    public SubscriptionId? Attach { get; init; }
}
