using System.Collections.Immutable;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Protocols.PolymarketUs;

namespace Oddswire.Actors.Sessions;

/// <summary>One subscription of a client of Polymarket US, by the id that the client gave it.</summary>
internal sealed class UsRequest(UsCommand.Subscribe asked, ImmutableArray<string> slugs, int number)
{
    private readonly Dictionary<string, long> _toldAt = new(StringComparer.Ordinal);

    internal string Id => asked.RequestId;

    internal UsSubscriptionType Type => asked.Type;

    /// <summary>None: every market.</summary>
    internal ImmutableArray<string> Slugs => slugs;

    /// <summary>No other one of this socket has it, also when the id is used again.</summary>
    internal int Number => number;

    internal bool IsDebounced => asked is { Debounced: true, Type: UsSubscriptionType.MarketData };

    internal bool IsGone { get; set; }

    /// <summary>What comes before its payloads.</summary>
    internal byte[] Head { get; set; } = [];

    /// <summary>The account has answered, and what it had is told as far as it was known: what changes from there on is news.</summary>
    internal bool IsJoined { get; set; }

    /// <summary>All open orders have been told, or need not be.</summary>
    internal bool KnowsOrders { get; set; }

    /// <summary>When the market was told of last (milliseconds); null: never.</summary>
    internal long? ToldAt(string slug) => _toldAt.TryGetValue(slug, out var at) ? at : null;

    internal void Told(string slug, long now) => _toldAt[slug] = now;
}
