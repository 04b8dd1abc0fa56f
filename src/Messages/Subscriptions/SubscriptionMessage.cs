using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Subscriptions;

/// <summary>To the actor above all subscriptions. A subscription that a socket opened ends with it.</summary>
public abstract record SubscriptionMessage(SubscriptionId Id)
{
    /// <summary>Answered with <see cref="SessionMessage.Opened"/> when it is live.</summary>
    public sealed record Open(SubscriptionId Id, OrderFilter Filter, Letterbox To) : SubscriptionMessage(Id)
    {
        /// <summary>Of the <see cref="Hubs.Route"/>.</summary>
        public object? Mark { get; init; }
    }

    /// <summary>Answered with <see cref="SessionMessage.Updated"/> when the new filter holds.</summary>
    public sealed record Update(SubscriptionId Id, OrderFilter Filter) : SubscriptionMessage(Id);

    public sealed record Close(SubscriptionId Id) : SubscriptionMessage(Id);

    /// <summary>Durable ones at a glance, ended ones too: this one, or - with <paramref name="Wallet"/> - those whose filters have it.</summary>
    /// <param name="Owner">Of this key; null: of everybody.</param>
    public sealed record Glance(SubscriptionId Id, WalletId? Wallet, string? Owner, int Most, ActorRef<ImmutableArray<DurableGlance>> ReplyTo) : SubscriptionMessage(Id);
}
