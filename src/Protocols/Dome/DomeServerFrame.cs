using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Protocols.Dome;

/// <summary>
/// What a Dome-compatible server says, seen by a client: the gateway's own Dome feed and Oddswire.Client. Subscription ids
/// are texts here, since another server's need not look like ours. All after Error exist only with ?ext=1.
/// </summary>
public abstract record DomeServerFrame
{
    private DomeServerFrame() { }

    public sealed record Ack(string SubscriptionId) : DomeServerFrame;

    public sealed record Event(string SubscriptionId, Fill Fill, Position? Position, EventMarks Marks) : DomeServerFrame;

    public sealed record Error(string Code, string Message, string? Action, string? SubscriptionId, Position? Oldest) : DomeServerFrame;

    public sealed record Live(string SubscriptionId, Position Position) : DomeServerFrame;

    public sealed record Attached(string SubscriptionId, Position Position, Position Head) : DomeServerFrame;

    public sealed record Confirmed(string SubscriptionId, Position Position, Fill Fill) : DomeServerFrame;

    public sealed record Removed(string SubscriptionId, Position Position, TxHash Tx, int? LogIndex) : DomeServerFrame;

    public sealed record GapChanged(Gap Gap) : DomeServerFrame;

    /// <summary>JSON of a type that is not known here: ignored, as the SDKs do.</summary>
    public sealed record Unknown(string Type) : DomeServerFrame;

    public sealed record Malformed(string Reason) : DomeServerFrame;
}
