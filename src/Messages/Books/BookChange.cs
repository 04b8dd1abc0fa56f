using Oddswire.Messages.Values;

namespace Oddswire.Messages.Books;

/// <summary>
/// One level of one token has a new absolute size. The hash is that of the token's book once the whole burst is in;
/// the best prices are the venue's, where it knows some.
/// </summary>
public readonly record struct BookChange(TokenId Token, Side Side, BookLevel Level, BookHash? Hash, WrittenDecimal? BestBid, WrittenDecimal? BestAsk);
