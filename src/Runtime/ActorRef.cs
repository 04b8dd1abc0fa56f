using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime;

/// <summary>The address of an actor: for watching, stopping and logs. Two refs are the same actor when they are the same object.</summary>
public abstract class ActorRef
{
    public abstract string Path { get; }

    internal abstract void Signal(Signal signal);

    public override string ToString() => Path;
}

/// <summary>An address that takes messages of one family. The ref of an actor is its cell, so that a send looks nothing up.</summary>
public abstract class ActorRef<TMessage> : ActorRef
{
    /// <summary>Never blocks and never throws. What cannot be taken becomes a dead letter.</summary>
    public abstract void Tell(TMessage message);
}
