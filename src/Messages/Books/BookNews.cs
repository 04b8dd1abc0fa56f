using System.Collections.Immutable;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;

namespace Oddswire.Messages.Books;

public enum BookEventKind : byte
{
    /// <summary>Levels have changed. A later book says all of it again.</summary>
    Change,

    /// <summary>A whole book, in place of what was told before.</summary>
    Book,

    /// <summary>For clients that asked for custom features: best prices, which a later book implies.</summary>
    Best,

    /// <summary>A trade, a new tick size: said once, and never passed over.</summary>
    Fact,

    /// <summary>The same, for clients that asked for custom features.</summary>
    CustomFact,
}

/// <summary>What sessions are told of books. Encoded once, and the same bytes for everybody.</summary>
public abstract record BookNews : SessionMessage
{
    /// <summary>The book with which a client begins, as it stands in the array that answers him. Empty: there is none.</summary>
    public sealed record Opening(ConditionId Market, TokenId Token, ReadOnlyMemory<byte> Json) : BookNews;

    /// <param name="Tokens">Whom it is about; none: everybody.</param>
    public sealed record Told(BookEventKind Kind, ConditionId Market, ImmutableArray<TokenId> Tokens, ReadOnlyMemory<byte> Json) : BookNews;

    /// <summary>What a market has to tell in one turn, in its order.</summary>
    public sealed record Burst(ImmutableArray<Told> News) : BookNews;

    /// <summary>What the protocol has no word for, for clients that asked for more.</summary>
    public sealed record Notice(ConditionId Market, TokenId Token, ReadOnlyMemory<byte> Json) : BookNews;

    /// <summary>Nothing of these trades any more.</summary>
    public sealed record Settled(ImmutableArray<TokenId> Tokens) : BookNews;
}
