using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Ledger;

public enum Deed { Opened, Changed, Closed, Refused }

/// <summary>What it was about: a subscription, a connection that was refused at the door, a key.</summary>
public enum ActSubject { Subscription, Connection, Key }

/// <summary>What a client did: who (the name of the key), from where, over which protocol, and what it was about.</summary>
/// <param name="Action">The command in the words of the protocol: subscribe, update, unsubscribe, POST ...</param>
/// <param name="Filter">What was asked for; none where nothing was.</param>
/// <param name="Reason">Why it was refused, or closed: a code. <paramref name="Detail"/> says it to a person.</param>
public sealed record ClientAct(
    Deed Deed, string Key, string Address, string Protocol, string Action, ImmutableArray<SubscriptionId> Subscriptions, OrderFilter? Filter = null, string? Reason = null, string? Detail = null)
{
    public ActSubject Subject { get; init; }
}
