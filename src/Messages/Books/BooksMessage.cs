using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Messages.Books;

/// <summary>To the directory of the order books: from sessions what their clients follow, from the feed what the venue says.</summary>
public abstract record BooksMessage
{
    /// <summary>Each token is answered with <see cref="BookNews.Opening"/>, at once if its book is here and good.</summary>
    public sealed record Follow(ActorRef<SessionMessage> Session, ImmutableArray<TokenId> Tokens) : BooksMessage;

    public sealed record Unfollow(ActorRef<SessionMessage> Session, ImmutableArray<TokenId> Tokens) : BooksMessage;

    /// <summary>The session has passed over changes of these: it wants their books as they are now (<see cref="BookNews.Told"/>).</summary>
    public sealed record Refresh(ActorRef<SessionMessage> Session, ImmutableArray<TokenId> Tokens) : BooksMessage;

    /// <summary>The feed is there: it is told what is wanted, now and whenever that changes, and what is to be asked again.</summary>
    public sealed record Serve(ActorRef<FeedMessage> Feed, ActorRef<InterestChange> Wanted) : BooksMessage;

    public sealed record Heard(SourceId Source, ImmutableArray<BookFrame> Frames) : BooksMessage;

    /// <summary>The venue had no book to begin with for these.</summary>
    public sealed record LeftOut(ImmutableArray<TokenId> Tokens) : BooksMessage;

    /// <summary>What this connection delivered may have changed since, unseen.</summary>
    /// <param name="Since">When it was heard last (unix milliseconds).</param>
    public sealed record SourceDown(SourceId Source, long Since, string Reason) : BooksMessage;

    /// <summary>The venue says that nothing of this trades any more.</summary>
    public sealed record Resolved(ImmutableArray<TokenId> Tokens) : BooksMessage;

    /// <summary>For whoever looks: how the book of a token is.</summary>
    public sealed record GetBook(TokenId Token, ActorRef<BookGlance> ReplyTo) : BooksMessage;
}

public enum BookState { Unknown, Waiting, Good, Uncertain, Settled }

/// <param name="Json">As a late joiner would get it; empty when it is not good.</param>
public sealed record BookGlance(TokenId Token, BookState State, string Reason, ReadOnlyMemory<byte> Json);
