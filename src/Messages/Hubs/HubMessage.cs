using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Hubs;

/// <summary>
/// The way of a subscription's fills, left as data with the wallets or markets that it follows: they find by it what of a batch is for the session,
/// which is told by the tape, never through the subscription.
/// </summary>
public sealed record Route(SubscriptionId Subscription, OrderFilter Filter, Letterbox To)
{
    /// <summary>By what the session knows its subscription again without looking for it. It is nobody else's to look into.</summary>
    public object? Mark { get; init; }
}

/// <summary>A group of entries in tape order. The next one is published when all hubs have looked at this one.</summary>
public sealed record Batch(long Number, ImmutableArray<TapeEntry> Entries);

/// <summary>What of a batch a hub found for one route: places in the batch, in order.</summary>
public readonly record struct Found(Route Route, ImmutableArray<int> Places);

/// <summary>To the directories of wallets and of markets.</summary>
public abstract record HubMessage
{
    /// <summary>Answered with <see cref="TapeMessage.Passed"/> when every hub has looked at its part.</summary>
    public sealed record Publish(Batch Batch, ActorRef<TapeMessage> ReplyTo) : HubMessage;

    /// <summary>
    /// Leaves a route, or replaces the earlier route of the same subscription. Answered when every fill from now on takes it.
    /// A directory that has no place for it keeps the earlier one until it is told to <see cref="Settle"/>.
    /// </summary>
    public sealed record Follow(Route Route, ActorRef<Following> ReplyTo) : HubMessage;

    /// <summary>The subscription's new route is in place wherever it belongs: an earlier one that is still here goes.</summary>
    public sealed record Settle(Route Route, ActorRef<Following> ReplyTo) : HubMessage;

    /// <summary>Tell this session of everything that is published, until it ends; only the hub of all activity does.</summary>
    public sealed record Listen(ActorRef<SessionMessage> Session) : HubMessage;

    public sealed record Unfollow(SubscriptionId Subscription) : HubMessage;

    /// <summary>A durable subscription wants this also while nobody is attached to it; null: no more.</summary>
    public sealed record Keep(SubscriptionId Subscription, OrderFilter? Filter) : HubMessage;

    /// <summary>Tell this one what is wanted: all of it at once, then each change. It takes the place of whoever asked before.</summary>
    public sealed record Report(ActorRef<InterestChange> To) : HubMessage;
}

public readonly record struct Following(SubscriptionId Subscription);
