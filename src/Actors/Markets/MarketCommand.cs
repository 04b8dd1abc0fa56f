using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Markets;

/// <summary>To the actor of one market, from the directory of books.</summary>
internal abstract record MarketCommand
{
    /// <summary>This token is followed from now on.</summary>
    internal sealed record Keep(TokenId Token) : MarketCommand;

    internal sealed record Drop(TokenId Token) : MarketCommand;

    internal sealed record Follow(ActorRef<SessionMessage> Session, TokenId Token) : MarketCommand;

    internal sealed record Unfollow(ActorRef<SessionMessage> Session, TokenId Token) : MarketCommand;

    internal sealed record Refresh(ActorRef<SessionMessage> Session, TokenId Token) : MarketCommand;

    internal sealed record Frame(SourceId Source, bool IsOpening, ReadOnlyMemory<byte> Json) : MarketCommand;

    /// <summary>What REST says of a token; <see cref="NoSeed"/>: it has no book, <see cref="Unasked"/>: it did not answer.</summary>
    internal sealed record Seed(BookSeed Book) : MarketCommand;

    internal sealed record NoSeed(TokenId Token) : MarketCommand;

    internal sealed record Unasked(TokenId Token) : MarketCommand;

    internal sealed record SourceDown(SourceId Source, long Since, string Reason) : MarketCommand;

    internal sealed record Beat : MarketCommand;

    internal sealed record Glance(TokenId Token, ActorRef<BookGlance> ReplyTo) : MarketCommand;
}

/// <summary>From a market, to its directory.</summary>
internal abstract record MarketReply
{
    /// <summary>What does REST say?</summary>
    internal sealed record Ask(TokenId Token) : MarketReply;

    /// <summary>The stream of this token is to be mended so.</summary>
    internal sealed record Mend(TokenId Token, LadderStep Step, string Reason) : MarketReply;

    /// <summary>The stream of this token says nothing, and something happened.</summary>
    internal sealed record Silent(TokenId Token, string Reason) : MarketReply;

    internal sealed record Settled(TokenId Token) : MarketReply;

    /// <summary>Its stream has not told what happened to it since then (unix milliseconds).</summary>
    internal sealed record Uncovered(TokenId Token, long Since, string Reason) : MarketReply;

    /// <summary>Its stream tells what happens to it, from now on.</summary>
    internal sealed record Covered(TokenId Token, bool HasMissed) : MarketReply;
}
