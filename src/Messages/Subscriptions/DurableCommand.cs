using Oddswire.Messages.Keys;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Subscriptions;

/// <summary>
/// About a durable subscription: one that outlives its socket and the process. The whole API; HTTP is one adapter of it. A change is answered
/// when it is in the journal; without an answer nobody knows, and the same command may be given again: its id makes it happen once.
/// </summary>
/// <param name="Id">Chosen by the gateway: not given with <see cref="Create"/> and <see cref="List"/>.</param>
public abstract record DurableCommand(SubscriptionId Id, Caller By) : SubscriptionMessage(Id)
{
    /// <summary>A command that changes something. <paramref name="CommandId"/> is the caller's own name for it.</summary>
    public abstract record Changing(SubscriptionId Id, Caller By, string CommandId, ActorRef<SubscriptionAnswer> ReplyTo) : DurableCommand(Id, By);

    /// <param name="From">Everything after this position; null: from now on.</param>
    public sealed record Create(Caller By, string CommandId, string Name, OrderFilter Filter, Position? From, ActorRef<SubscriptionAnswer> ReplyTo)
        : Changing(default, By, CommandId, ReplyTo);

    /// <summary>What is null stays as it is. Another filter holds from the tape's present head on.</summary>
    public sealed record Change(SubscriptionId Id, Caller By, string CommandId, OrderFilter? Filter, string? Name, ActorRef<SubscriptionAnswer> ReplyTo)
        : Changing(Id, By, CommandId, ReplyTo);

    /// <summary>Nothing is sent until it is resumed; nothing is lost.</summary>
    public sealed record Pause(SubscriptionId Id, Caller By, string CommandId, ActorRef<SubscriptionAnswer> ReplyTo) : Changing(Id, By, CommandId, ReplyTo);

    /// <param name="Skip">From now on, instead of from the acknowledged position.</param>
    public sealed record Resume(SubscriptionId Id, Caller By, string CommandId, bool Skip, ActorRef<SubscriptionAnswer> ReplyTo) : Changing(Id, By, CommandId, ReplyTo);

    public sealed record Delete(SubscriptionId Id, Caller By, string CommandId, ActorRef<SubscriptionAnswer> ReplyTo) : Changing(Id, By, CommandId, ReplyTo);

    public sealed record Get(SubscriptionId Id, Caller By, ActorRef<SubscriptionAnswer> ReplyTo) : DurableCommand(Id, By);

    /// <summary>By id, those after <paramref name="After"/>.</summary>
    public sealed record List(Caller By, SubscriptionId? After, int Most, ActorRef<SubscriptionList> ReplyTo) : DurableCommand(default, By);

    /// <summary>The session wants its fills. Answered with <see cref="SessionMessage.Attached"/> or <see cref="SessionMessage.NotAttached"/>; who was attached is closed.</summary>
    public sealed record Attach(SubscriptionId Id, Caller By, Letterbox To) : DurableCommand(Id, By);

    /// <summary>The client has dealt with everything up to here. Not answered; in the journal within a second.</summary>
    public sealed record Acknowledge(SubscriptionId Id, Caller By, Position Position) : DurableCommand(Id, By);
}

/// <summary>Who gives a command: what his key may do, and where he called from. The key itself is nowhere.</summary>
public sealed record Caller(Key Key, string Address);
