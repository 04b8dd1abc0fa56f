using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Client;

/// <summary>What a client hears, in the order in which it came. Positions, gaps and corrections only with Extras.</summary>
public abstract record ClientEvent
{
    private ClientEvent() { }

    /// <summary>Late: do not act on it as if it were news. Replayed: perhaps sent before.</summary>
    public sealed record Filled(Subscription Subscription, Fill Fill, Position? Position, EventMarks Marks) : ClientEvent;

    /// <summary>A fill that was sent incomplete has all its fields now.</summary>
    public sealed record Confirmed(Subscription Subscription, Position Position, Fill Fill) : ClientEvent;

    /// <summary>The chain took a fill back.</summary>
    public sealed record Removed(Subscription Subscription, Position Position, TxHash Tx, int? LogIndex) : ClientEvent;

    /// <summary>The replay of what was missed is over.</summary>
    public sealed record CaughtUp(Subscription Subscription, Position Position) : ClientEvent;

    public sealed record GapChanged(Gap Gap) : ClientEvent;

    /// <summary>From here on fills may be missing, until Reconnected and, with Extras, CaughtUp.</summary>
    public sealed record Disconnected(string Reason) : ClientEvent;

    public sealed record Reconnected : ClientEvent;

    /// <summary>After a reconnect the position was not there any more: the subscription goes on live, with a hole before it.</summary>
    public sealed record ResumeRefused(Subscription Subscription, string Code, Position? Oldest) : ClientEvent;

    /// <summary>After a reconnect the gateway did not take the subscription back; the next reconnect asks again.</summary>
    public sealed record SubscriptionRefused(Subscription Subscription, string Code, string Message) : ClientEvent;
}
