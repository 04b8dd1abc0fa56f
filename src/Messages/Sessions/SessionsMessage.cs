namespace Oddswire.Messages.Sessions;

/// <summary>To the actor above all sessions.</summary>
public abstract record SessionsMessage
{
    /// <summary>For every session; <paramref name="ExtendedOnly"/>: only for clients that asked for more than their protocol has.</summary>
    public sealed record Broadcast(SessionMessage Message, bool ExtendedOnly) : SessionsMessage;

    public sealed record Count(Oddswire.Runtime.ActorRef<int> ReplyTo) : SessionsMessage;

    /// <summary>The gateway stops: every session leaves, and so does who comes in still. Answered when there is none any more.</summary>
    public sealed record Leave(Oddswire.Runtime.ActorRef<bool> ReplyTo) : SessionsMessage;
}
