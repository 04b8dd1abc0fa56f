using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Messages.Keys;

/// <summary>To the actor that counts what a key uses, over all its sockets.</summary>
public abstract record KeyMessage
{
    public sealed record Enter(Key Key, ActorRef<SessionMessage> Session) : KeyMessage;

    public sealed record Leave(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    /// <summary>One more subscription. Answered with <see cref="SessionMessage.Granted"/> or <see cref="SessionMessage.Refused"/>.</summary>
    public sealed record Reserve(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    /// <summary>One less.</summary>
    public sealed record Release(string Name, ActorRef<SessionMessage> Session) : KeyMessage;

    /// <summary>How many sockets the key has.</summary>
    public sealed record CountSessions(string Name, ActorRef<int> ReplyTo) : KeyMessage;

    /// <summary>The key holds no longer: its sockets close.</summary>
    public sealed record Revoke(string Name) : KeyMessage;
}
