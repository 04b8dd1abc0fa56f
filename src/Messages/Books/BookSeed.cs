using System.Collections.Immutable;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Books;

/// <summary>A book as the venue's REST has it: a second witness to what the stream says, and what a book is made of when the stream is no use.</summary>
/// <param name="Timestamp">When it changed last (unix milliseconds).</param>
public sealed record BookSeed(
    ConditionId Market, TokenId Token, long Timestamp, BookHash? Hash, ImmutableArray<BookLevel> Bids, ImmutableArray<BookLevel> Asks, BookTerms Terms);
