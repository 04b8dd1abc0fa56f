using Oddswire.Messages.Values;

namespace Oddswire.Messages.Subscriptions;

/// <summary>That there is, or was, such a durable subscription, and whether a client is attached to it now.</summary>
public readonly record struct DurableGlance(SubscriptionId Id, bool Attached);
