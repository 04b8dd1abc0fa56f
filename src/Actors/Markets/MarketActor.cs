using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;
using Oddswire.Runtime;

namespace Oddswire.Actors.Markets;

/// <summary>
/// One market: the books of those of its tokens that somebody follows, and who follows them. Events are handed on as they came, once for all; a
/// book that cannot be believed is doubted, told to nobody as good, and mended. It is split by subject: its way through messages and who begins (here),
/// the stream, and doubts.
/// </summary>
internal sealed partial class MarketActor(ConditionId market, BookRules rules, ActorRef<MarketReply> directory) : Actor<MarketCommand>
{
    private readonly Dictionary<TokenId, TokenBook> _books = [];
    private readonly Audience _audience = new();

    /// <summary>What is waited for is measured by this; the calendar may jump.</summary>
    private long Running => Moment.Of(System.Time).Running;

    protected override ValueTask Receive(MarketCommand command)
    {
        switch (command)
        {
            case MarketCommand.Frame frame:
                Hear(frame);
                break;
            case MarketCommand.Keep keep:
                Keep(keep.Token);
                break;
            case MarketCommand.Drop drop:
                Drop(drop.Token);
                break;
            case MarketCommand.Follow follow:
                _audience.Add(follow.Token, follow.Session);
                if (_books.TryGetValue(follow.Token, out var followed))
                    Open(followed);
                break;
            case MarketCommand.Unfollow unfollow:
                _audience.Remove(unfollow.Token, unfollow.Session);
                break;
            case MarketCommand.Refresh refresh:
                if (_books.TryGetValue(refresh.Token, out var book))
                    Refresh(book, refresh.Session);
                break;
            case MarketCommand.Seed seed:
                Compare(seed.Book);
                break;
            case MarketCommand.NoSeed none:
                HasNone(none.Token);
                break;
            case MarketCommand.Unasked unasked:
                CouldNotAsk(unasked.Token);
                break;
            case MarketCommand.SourceDown down:
                Lost(down);
                break;
            case MarketCommand.Beat:
                Beat();
                break;
            case MarketCommand.Glance glance:
                glance.ReplyTo.Tell(GlanceAt(glance.Token));
                break;
            default:
                Unhandled(command);
                break;
        }
        return default;
    }

    /// <summary>What the turn has told of a book is held against what the venue says of it, once for the whole burst.</summary>
    protected override ValueTask TurnEnded()
    {
        foreach (var book in _books.Values)
        {
            if (book.IsTouched)
                Judge(book);
        }
        _audience.Flush();
        return default;
    }

    /// <summary>What its hash is made of is known from REST alone, which is a witness at the same time.</summary>
    private void Keep(TokenId token)
    {
        var now = Running;
        var book = new TokenBook(market, token, rules, now);
        if (_books.TryAdd(token, book))
            Ask(book, now);
    }

    private void Drop(TokenId token)
    {
        _books.Remove(token);
        _audience.Remove(token);
        if (_books.Count == 0)
            StopSelf();     // behind everything that it was told: nobody tells it any more
    }

    /// <summary>Whoever waits for this book has it, if it is good.</summary>
    private void Open(TokenBook book)
    {
        if (book.IsServable)
            _audience.Open(book.Token, () => new BookNews.Opening(market, book.Token, book.Opening()));
    }

    /// <summary>It has passed over changes; if the book is not good now, it waits for it like somebody new.</summary>
    private void Refresh(TokenBook book, ActorRef<SessionMessage> session)
    {
        if (book.IsServable)
            _audience.Tell(session, new BookNews.Told(BookEventKind.Book, market, [book.Token], book.MidStream()));
        else
            _audience.Close(book.Token, session);
    }

    private BookGlance GlanceAt(TokenId token) => _books.TryGetValue(token, out var book)
        ? new BookGlance(token, book.State, book.Reason, book.IsServable ? book.Opening() : default)
        : new BookGlance(token, BookState.Unknown, "", default);

    private void Tell(BookEventKind kind, ImmutableArray<TokenId> tokens, ReadOnlyMemory<byte> json) =>
        _audience.Tell(new BookNews.Told(kind, market, tokens, json), toEverybody: kind is BookEventKind.Fact or BookEventKind.CustomFact);
}
