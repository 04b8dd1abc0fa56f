using Oddswire.Messages.Values;

namespace Oddswire.Messages.Books;

public enum BookFrameKind : byte
{
    /// <summary>Something happened in a market whose books are kept.</summary>
    Event,

    /// <summary>The book with which a token's stream begins.</summary>
    Opening,

    /// <summary>There is a new market. Everybody is told who wants to know, whatever he follows.</summary>
    NewMarket,
}

/// <summary>One event of the order book venue as it came: what is handed on is these very bytes. Its market and token are its address.</summary>
/// <param name="Token">Of an opening book; others name theirs inside.</param>
public readonly record struct BookFrame(BookFrameKind Kind, ConditionId Market, TokenId? Token, ReadOnlyMemory<byte> Json);
