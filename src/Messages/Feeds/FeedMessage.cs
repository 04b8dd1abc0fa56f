using System.Collections.Immutable;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Feeds;

/// <summary>To the actor of one configured feed.</summary>
public abstract record FeedMessage
{
    /// <summary>What somebody follows has changed; for feeds that deliver what is asked for.</summary>
    public sealed record Want(InterestChange Change) : FeedMessage;

    /// <summary>Subscribe to these again, each on the connection that it is on: the venue answers with whole books.</summary>
    public sealed record AskAgain(ImmutableArray<TokenId> Tokens) : FeedMessage;

    /// <summary>Subscribe to these on a new connection, and leave them on the old one when it stands.</summary>
    public sealed record MoveAway(ImmutableArray<TokenId> Tokens) : FeedMessage;

    /// <summary>Ask for these once more, where they are not asked for now: what comes first there says whether they were told here.</summary>
    public sealed record AskElsewhere(ImmutableArray<Interest> What) : FeedMessage;

    /// <summary>An operator says: try again, also after a refusal.</summary>
    public sealed record Retry : FeedMessage;

    public sealed record GetStatus(ActorRef<FeedStatus> ReplyTo) : FeedMessage;
}

public enum FeedState { Connecting, Live, Silent, Draining, Refused, Retired }

/// <param name="Since">Unix milliseconds.</param>
public sealed record FeedStatus(string Name, FeedState State, long Since, ImmutableArray<ConnectionStatus> Connections);

public sealed record ConnectionStatus(int Id, FeedState State, int Restarts, string? LastError);

/// <summary>To the actor above all feeds.</summary>
public abstract record FeedsMessage
{
    public sealed record GetStatus(ActorRef<ImmutableArray<FeedStatus>> ReplyTo) : FeedsMessage;

    /// <summary>Answered with false when there is no feed of that name.</summary>
    public sealed record Retry(string Feed, ActorRef<bool> ReplyTo) : FeedsMessage;
}
