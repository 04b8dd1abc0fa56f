using System.Collections.Immutable;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Messages.Keys;

/// <summary>To the actors that keep the keys and count what each uses, over all its sockets.</summary>
public abstract record KeyMessage
{
    /// <summary>
    /// A session is there. <paramref name="Held"/> and <paramref name="Waits"/>: the subscriptions that it has already, and whether it waits for
    /// a place, told by a session that was asked to enter again.
    /// </summary>
    public sealed record Enter(Key Key, ActorRef<SessionMessage> Session, int Held = 0, bool Waits = false) : KeyMessage;

    public sealed record Leave(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    /// <summary>One more subscription. Answered with <see cref="SessionMessage.Granted"/> or <see cref="SessionMessage.Refused"/>.</summary>
    public sealed record Reserve(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    /// <summary>One less.</summary>
    public sealed record Release(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    /// <summary>How many sockets the key has.</summary>
    public sealed record CountSessions(string Name, ActorRef<int> ReplyTo) : KeyMessage;

    /// <summary>The key holds no longer: its sockets close.</summary>
    public sealed record CloseSessions(string Name) : KeyMessage;

    /// <summary>About what is stored. A change is answered when it is durable; without an answer nobody knows.</summary>
    public abstract record Stored : KeyMessage;

    public sealed record Add(KeyRecord Key, KeyAsker By, ActorRef<KeyOutcome> ReplyTo) : Stored;

    public sealed record Revoke(string Name, KeyAsker By, ActorRef<KeyOutcome> ReplyTo) : Stored;

    public sealed record GetStored(ActorRef<ImmutableArray<KeyRecord>> ReplyTo) : Stored;
}
