using System.Collections.Immutable;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Values;
using Oddswire.Runtime.Patterns;

namespace Oddswire.Messages.Sessions;

/// <summary>To one client socket's actor.</summary>
public abstract partial record SessionMessage
{
    /// <summary>What was published, in the order of the tape, for sessions that listen to all activity.</summary>
    public sealed record Activity(ImmutableArray<ActivityRow> Rows) : SessionMessage;

    /// <summary>An account that the session may read: the last known state of its orders and trades, oldest first. Everything newer follows.</summary>
    public sealed record AccountJoined(string Account, ImmutableArray<AccountEvent> Last, bool IsLive) : SessionMessage;

    /// <summary>The gateway has no such account.</summary>
    public sealed record NoAccount(string Account) : SessionMessage;

    public sealed record AccountTold(ImmutableArray<AccountEvent> Events) : SessionMessage;

    public sealed record AccountGapTold(AccountGap Gap) : SessionMessage;

    /// <summary>The subscription is live: every fill from now on reaches it.</summary>
    public sealed record Opened(SubscriptionId Subscription) : SessionMessage;

    /// <summary>The subscription's new filter holds: what is published from now on follows it.</summary>
    public sealed record Updated(SubscriptionId Subscription) : SessionMessage;

    /// <summary>The subscription is no more. Nobody had asked for that: the client must not wait for fills that will not come.</summary>
    public sealed record Ended(SubscriptionId Subscription) : SessionMessage;

    /// <summary>
    /// A durable subscription goes on after its acknowledged position. <paramref name="Filters"/>: which filter holds where.
    /// Up to <paramref name="MayHaveHad"/>, and no further than the tape is now, an earlier attachment may have told the client.
    /// </summary>
    public sealed record Attached(SubscriptionId Subscription, Position Acknowledged, ImmutableArray<FilterSpan> Filters, long MayHaveHad, bool Paused) : SessionMessage;

    public sealed record NotAttached(SubscriptionId Subscription, SubscriptionRefusal Why, string Message, Position? Oldest) : SessionMessage;

    /// <summary>
    /// Its filter has changed: go on behind what was told, with these filters, of which none is for what is acknowledged.
    /// Or it was resumed, which goes <paramref name="Back"/> to what is acknowledged.
    /// </summary>
    public sealed record GoOn(SubscriptionId Subscription, ImmutableArray<FilterSpan> Filters, Position Acknowledged, bool Back) : SessionMessage;

    /// <summary>Nothing is to be sent until it goes on.</summary>
    public sealed record Hold(SubscriptionId Subscription) : SessionMessage;

    /// <summary>The key has a place for one more subscription.</summary>
    public sealed record Granted : SessionMessage;

    /// <summary>It has none, also after its silent sockets were closed.</summary>
    public sealed record Refused(int Limit) : SessionMessage;

    /// <summary>A text frame of the client.</summary>
    public sealed record Heard(ReadOnlyMemory<byte> Text) : SessionMessage, IDeadLetterSuppression;

    /// <summary>A pong, or any other sign that somebody is there.</summary>
    public sealed record Alive : SessionMessage, IDeadLetterSuppression;

    /// <summary>The client sent what the protocol does not allow: close with its code.</summary>
    public sealed record Violated(CloseReason Reason) : SessionMessage, IDeadLetterSuppression;

    /// <summary>The socket is gone.</summary>
    public sealed record Gone : SessionMessage, IDeadLetterSuppression;

    /// <summary>Once a second, from one heartbeat for all sessions: always the same one, which is as old as they are and so no news to the garbage collector.</summary>
    public sealed record Beat : SessionMessage, IDeadLetterSuppression
    {
        public static Beat Once { get; } = new();
    }

    /// <summary>The gateway wants it closed: a planned stop, a revoked key.</summary>
    public sealed record Leave(CloseReason Reason) : SessionMessage;

    /// <summary>Somebody with the same key needs a place: answer the ping within two seconds or make room.</summary>
    public sealed record Prove : SessionMessage, IDeadLetterSuppression;

    /// <summary>Whoever counts what keys use has forgotten: tell again who you are and what you have.</summary>
    public sealed record EnterAgain : SessionMessage;

    public sealed record GapChanged(Gap Gap) : SessionMessage;
}

/// <summary>Why a socket is closed. Each protocol has its own code for each.</summary>
public enum CloseReason
{
    PlannedStop,
    Slow,
    Revoked,
    RateExceeded,
    TooManySockets,
    TooLarge,
    Binary,
    NotText,
    Internal,
    AttachedElsewhere,
    Deleted,
    Silent,
    ProtocolError,
    BadOpening,
    BadCredentials,
    Resolved,
}
