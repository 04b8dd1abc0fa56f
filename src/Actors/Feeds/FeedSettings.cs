using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Feeds;

/// <summary>One configured feed.</summary>
/// <param name="Converse">A new conversation, for a new connection.</param>
public sealed record FeedSettings(string Name, SourceKind Kind, UpstreamAddress Address, Func<IConversation> Converse)
{
    /// <summary>Without data for this long a connection is dead, however well it answers pings. Null: there is nothing to expect that often.</summary>
    public TimeSpan? Silence { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this time a connection is replaced by a new one, which is live before the old one closes. Null: never, as long as it works.</summary>
    public TimeSpan? Redial { get; init; }

    /// <summary>The headers of a dial at this time, for venues that want each dial signed; in place of those of the address.</summary>
    public Func<DateTimeOffset, ImmutableArray<KeyValuePair<string, string>>>? Sign { get; init; }

    /// <summary>The account whose events it delivers; null: it tells of fills.</summary>
    public string? Account { get; init; }

    /// <summary>The same, of an account at Polymarket US.</summary>
    public string? UsAccount { get; init; }

    /// <summary>It is told what is followed here, and delivers that.</summary>
    public bool TakesInterest { get; init; }

    public Backoff Backoff { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), Jitter.Full);
}
