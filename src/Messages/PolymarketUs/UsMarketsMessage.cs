using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Messages.PolymarketUs;

/// <summary>
/// To the directory of the US markets (/us-markets): from sessions what their clients follow, from the feed what the venue says. Types are those of
/// the markets socket. A session may follow a market by its slug and as one of all; it is told once.
/// </summary>
public abstract record UsMarketsMessage
{
    /// <summary>
    /// No slugs: every market. Each market of which something is held, and good, is answered with <see cref="UsMarketNews.Held"/> at once; of the others the
    /// venue's first word comes as <see cref="UsMarketNews.Told"/>. A market that does not exist is silent, as it is at the venue.
    /// </summary>
    public sealed record Follow(ActorRef<SessionMessage> Session, UsSubscriptionType Type, ImmutableArray<string> Slugs) : UsMarketsMessage;

    /// <summary>What was followed with no slugs ends with no slugs. A session that is gone unfollows all that it followed.</summary>
    public sealed record Unfollow(ActorRef<SessionMessage> Session, UsSubscriptionType Type, ImmutableArray<string> Slugs) : UsMarketsMessage;

    /// <summary>The feed is there: it is told what is wanted, now and whenever that changes, and what is to be asked again.</summary>
    public sealed record Serve(ActorRef<FeedMessage> Feed, ActorRef<InterestChange> Wanted) : UsMarketsMessage;

    public sealed record Heard(SourceId Source, ImmutableArray<UsMarketFrame> Frames) : UsMarketsMessage;

    /// <summary>What this connection delivered is not delivered any more: the venue may have more to say than it can.</summary>
    /// <param name="Since">When it was last heard (unix milliseconds).</param>
    public sealed record SourceDown(SourceId Source, long Since, string Reason) : UsMarketsMessage;

    /// <summary>Trades of these are told from here on: unlike books they have no first word to know it by. An empty slug stands for every market.</summary>
    public sealed record TradesCovered(SourceId Source, ImmutableArray<string> Slugs) : UsMarketsMessage;
}

/// <summary>One payload about one market as the venue wrote it.</summary>
public readonly record struct UsMarketFrame(UsSubscriptionType Type, string Slug, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Of a book: when it changed last, in unix nanoseconds. Nothing: it does not say.</summary>
    public long Time { get; init; }

    /// <summary>Of a trade, where it has one.</summary>
    public string? Id { get; init; }
}
