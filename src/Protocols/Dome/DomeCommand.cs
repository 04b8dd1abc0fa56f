using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Dome;

/// <summary>What a client may say on a Dome socket. Whether it may (tier, ownership, ?ext=1) is the session's business.</summary>
public abstract record DomeCommand
{
    private DomeCommand() { }

    public sealed record Subscribe(OrderFilter Filter, Position? Resume = null) : DomeCommand;

    /// <summary>Replaces all filters of the subscription.</summary>
    public sealed record Update(SubscriptionId Subscription, OrderFilter Filter) : DomeCommand;

    public sealed record Unsubscribe(SubscriptionId Subscription) : DomeCommand;

    /// <summary>The client has dealt with everything of its durable subscription up to here. Never answered when it is in order.</summary>
    public sealed record Acknowledge(SubscriptionId Subscription, Position Position) : DomeCommand;
}

/// <summary>
/// The error frame that answers a refused command; nothing has changed then. Action and id are echoed as the client wrote
/// them, as far as they were readable.
/// </summary>
public sealed record DomeRefusal(DomeError Error, string Message, string? Action = null, string? SubscriptionId = null)
{
    /// <summary>With PositionTooOld: the oldest position that is still there.</summary>
    public Position? Oldest { get; init; }
}
