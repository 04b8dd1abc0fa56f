using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Subscriptions;

public enum SubscriptionState
{
    Active,
    Paused,

    /// <summary>What came after its acknowledged position is no longer kept.</summary>
    Expired,
    Closed,
}

/// <summary>A durable subscription as others see it.</summary>
/// <param name="CreatedAt">Unix milliseconds.</param>
public sealed record SubscriptionInfo(
    SubscriptionId Id, string Name, SubscriptionState State, OrderFilter Filter, Position Acknowledged, Position Head, bool Attached, long CreatedAt);

public sealed record SubscriptionList(ImmutableArray<SubscriptionInfo> Subscriptions, SubscriptionId? Next);

public abstract record SubscriptionAnswer
{
    /// <param name="WasDone">The same command was given before: this is what came of it.</param>
    public sealed record Done(SubscriptionInfo Subscription, bool WasDone) : SubscriptionAnswer;

    /// <param name="Oldest">With a position that is too old: the oldest that is kept.</param>
    public sealed record Refused(SubscriptionRefusal Why, string Message, Position? Oldest = null) : SubscriptionAnswer;
}

public enum SubscriptionRefusal
{
    NotFound,

    /// <summary>Another command had this id.</summary>
    CommandIdReused,
    TooManySubscriptions,
    TooManyValues,
    WildcardNotAllowed,
    PositionUnknown,
    PositionTooOld,

    /// <summary>It is closed, or has expired: what was asked cannot be done with it.</summary>
    WrongState,
}
