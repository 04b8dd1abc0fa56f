using Oddswire.Messages.Sessions;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>What sessions are told of US markets: payloads of marketData, marketDataLite and trade, by their type.</summary>
public abstract record UsMarketNews(UsSubscriptionType Type, string Slug) : SessionMessage
{
    /// <summary>To this session alone, because it has just begun to follow: the newest book, or top of a book, that the venue has told. Trades are not held.</summary>
    public sealed record Held(UsSubscriptionType Type, string Slug, UsPayload Payload) : UsMarketNews(Type, Slug);

    /// <summary>Every book and every top is whole: who is slow may be given the newest alone. Trades are said once, and never passed over.</summary>
    public sealed record Told(UsSubscriptionType Type, string Slug, UsPayload Payload) : UsMarketNews(Type, Slug);

    /// <summary>
    /// Nobody listened to this market. While it lasts (no <paramref name="To"/>) what was told last may be wrong; when it is over a book comes again as
    /// it is, and trades of that time are lost.
    /// </summary>
    /// <param name="From">Unix milliseconds, as <paramref name="To"/>.</param>
    public sealed record Gap(UsSubscriptionType Type, string Slug, long From, long? To, string Reason) : UsMarketNews(Type, Slug);
}
