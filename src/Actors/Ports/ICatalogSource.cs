using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Ports;

/// <summary>The venue's metadata API.</summary>
public interface ICatalogSource
{
    /// <summary>What it knows of these tokens; what it does not know is left out. Throws when it does not answer.</summary>
    ValueTask<ImmutableArray<KeyValuePair<TokenId, MarketText>>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel);
}
