using System.Collections.Immutable;
using Oddswire.Messages.PolymarketUs;

namespace Oddswire.Protocols.PolymarketUs;

/// <summary>What a client says on either socket. Which ids, slugs and types are free is the session's business.</summary>
public abstract record UsCommand
{
    private UsCommand() { }

    /// <summary>No slugs: every market. A type that the socket does not have is Unspecified.</summary>
    public sealed record Subscribe(string RequestId, UsSubscriptionType Type, ImmutableArray<string> Slugs, bool Debounced = false) : UsCommand
    {
        public bool Equals(Subscribe? other) =>
            other is not null && RequestId == other.RequestId && Type == other.Type && Debounced == other.Debounced && Slugs.SequenceEqual(other.Slugs);

        public override int GetHashCode() => HashCode.Combine(RequestId, Type, Debounced, Slugs.Length);
    }

    public sealed record Unsubscribe(string RequestId) : UsCommand;

    /// <summary>An echo of the server's: tolerated, and asks for nothing.</summary>
    public sealed record Heartbeat : UsCommand;

    /// <summary>The literal text, which has PONG for an answer.</summary>
    public sealed record Ping : UsCommand;
}
