namespace Oddswire.Actors.Catalog;

/// <summary>How much is asked for at a time, and what is remembered for how long.</summary>
public sealed record CatalogRules
{
    /// <summary>Tokens in one request: the length of a URL sets it.</summary>
    public int Batch { get; init; } = 50;

    /// <summary>Tokens that are remembered, and tokens that may be searched for.</summary>
    public int Size { get; init; } = 100_000;

    public TimeSpan Found { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The longest pause before a token that the venue does not know is asked for again; it begins with a fraction of a second.</summary>
    public TimeSpan Missing { get; init; } = TimeSpan.FromSeconds(30);
}
