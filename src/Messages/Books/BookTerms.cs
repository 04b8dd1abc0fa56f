using Oddswire.Messages.Values;

namespace Oddswire.Messages.Books;

/// <summary>What a book is hashed with besides its levels. The minimum and the kind of risk are known from the venue's REST alone.</summary>
public sealed record BookTerms
{
    public required WrittenDecimal MinOrderSize { get; init; }
    public required WrittenDecimal TickSize { get; init; }
    public required bool NegativeRisk { get; init; }

    /// <summary>Null while nothing was ever traded.</summary>
    public WrittenDecimal? LastTradePrice { get; init; }

    public bool IsV2 { get; init; }
}
