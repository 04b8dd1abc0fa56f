using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Ports;

/// <summary>The order book venue's REST.</summary>
public interface IBookSource
{
    /// <summary>The books of these tokens; one that has none is left out. Throws when the venue does not answer.</summary>
    ValueTask<ImmutableArray<BookSeed>> Find(ImmutableArray<TokenId> tokens, CancellationToken cancel);
}
