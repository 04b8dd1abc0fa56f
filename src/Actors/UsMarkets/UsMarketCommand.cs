using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;

namespace Oddswire.Actors.UsMarkets;

/// <summary>To the actor of one market, from its directory.</summary>
internal abstract record UsMarketCommand
{
    /// <summary>The feed is asked for this type from now on.</summary>
    internal sealed record Keep(UsSubscriptionType Type) : UsMarketCommand;

    /// <summary>Not any more: nobody follows it. With the last type the market goes.</summary>
    internal sealed record Drop(UsSubscriptionType Type) : UsMarketCommand;

    internal sealed record Follow(ActorRef<SessionMessage> Session, UsSubscriptionType Type) : UsMarketCommand;

    internal sealed record Unfollow(ActorRef<SessionMessage> Session, UsSubscriptionType Type) : UsMarketCommand;

    internal sealed record Frame(SourceId Source, UsMarketFrame Told) : UsMarketCommand;

    internal sealed record TradesCovered(SourceId Source) : UsMarketCommand;

    internal sealed record SourceDown(SourceId Source, long Since, string Reason) : UsMarketCommand;

    internal sealed record Beat : UsMarketCommand;
}

/// <summary>From the actor of one market, to its directory.</summary>
internal abstract record UsMarketReply(string Slug)
{
    /// <summary>Nothing is told of it: to be asked for elsewhere.</summary>
    internal sealed record Missing(string Slug, UsSubscriptionType Type) : UsMarketReply(Slug);

    /// <summary>For the record.</summary>
    internal sealed record Noted(string Slug, string Kind, string What) : UsMarketReply(Slug);

    /// <summary>What happens is not told since then (unix milliseconds).</summary>
    internal sealed record Uncovered(string Slug, UsSubscriptionType Type, long Since, string Reason) : UsMarketReply(Slug);

    /// <summary>It is told again, or nobody wants it told any more.</summary>
    internal sealed record Covered(string Slug, UsSubscriptionType Type, bool HasMissed) : UsMarketReply(Slug);
}
