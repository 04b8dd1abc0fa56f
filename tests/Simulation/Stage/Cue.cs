using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Stage;

/// <summary>What players tell each other and themselves.</summary>
internal abstract record Cue
{
    /// <summary>
    /// Every letter is one object, numbered in the order in which its process wrote it, and accounted for until it was handled once
    /// or became a dead letter once. Without a sender it comes from outside; unordered ones come from completed tasks and asks.
    /// </summary>
    internal sealed record Letter(Process Process, Cell? From, ActorRef To, long Number, bool Ordered) : Cue
    {
        internal ActorRef<Answer>? ReplyTo { get; init; }

        public bool Equals(Letter? other) => ReferenceEquals(this, other);
        public override int GetHashCode() => Number.GetHashCode();
        public override string ToString() => $"Letter {Number}{(From is null ? "" : $" from {From.Path}")}";
    }

    /// <summary>The answer to a letter that asked for one.</summary>
    internal sealed record Heard(Answer Answer) : Cue;
    internal sealed record Rang(string Key, int Generation) : Cue;
    internal sealed record Pulse : Cue;
    internal sealed record Ended(int Watch) : Cue;
}

/// <summary>To the letter of that number.</summary>
internal sealed record Answer(long Letter);
