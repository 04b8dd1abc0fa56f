namespace Oddswire.Protocols.PolymarketUs;

public enum UsSpelling : byte
{
    /// <summary>marketSlugs, and types by name: what the venue itself writes.</summary>
    Camel,

    /// <summary>market_slugs, and types by number.</summary>
    Snake,
}
