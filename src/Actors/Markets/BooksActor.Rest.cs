using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;

namespace Oddswire.Actors.Markets;

/// <summary>What is asked of REST, gathered: one question at a time, for as many tokens as the venue takes in one.</summary>
public sealed partial class BooksActor
{
    private const int MostInOne = 500;

    /// <param name="Books">Null: REST did not answer.</param>
    private sealed record Answered(ImmutableArray<TokenId> Asked, ImmutableArray<BookSeed>? Books) : BooksMessage;

    private sealed record AskDue : BooksMessage;

    private readonly HashSet<TokenId> _toAsk = [];
    private bool _isAsking;

    private void Ask(TokenId token)
    {
        _toAsk.Add(token);
        if (!_isAsking && !Timers.IsSet("ask"))
            Timers.Once("ask", new AskDue(), rules.Gather);
    }

    private void AskNow()
    {
        if (_isAsking || _toAsk.Count == 0)
            return;
        ImmutableArray<TokenId> asked = [.. _toAsk.Take(MostInOne)];
        _toAsk.ExceptWith(asked);
        if (source is null)
        {
            Take(new Answered(asked, null));
            return;
        }
        _isAsking = true;
        PipeToSelf(source.Find(asked, Stopping).AsTask(), books => new Answered(asked, books), _ => new Answered(asked, null));
    }

    private void Take(Answered answered)
    {
        _isAsking = false;
        if (_toAsk.Count > 0)
            Timers.Once("ask", new AskDue(), rules.Gather);
        var books = answered.Books?.DistinctBy(static book => book.Token).ToDictionary(static book => book.Token);
        foreach (var token in answered.Asked)
        {
            if (!_tokens.TryGetValue(token, out var entry))
                continue;
            if (books is null)
                HasNoAnswer(token, entry);
            else if (books.TryGetValue(token, out var book))
                HasBook(token, entry, book);
            else
                HasNone(token, entry);
        }
    }

    private void HasBook(TokenId token, Entry entry, BookSeed book)
    {
        if (entry.State == BookState.Settled)
            return;
        if (!entry.IsWanted)
            _report.Began(Interest.In(token));
        if (entry.MayBeOver)
            _again.Add(token);      // it is not: nobody follows it for us any more
        entry.MayBeOver = false;
        (entry.Market ?? Settle(token, entry, book.Market)).Actor.Tell(new MarketCommand.Seed(book));
    }

    private void HasNone(TokenId token, Entry entry)
    {
        if (entry.MayBeOver && entry.Market is not null)
            IsOver(token, "all subscribed assets resolved");
        else if (entry.Market is { } place)
            place.Actor.Tell(new MarketCommand.NoSeed(token));
        else if (entry.State != BookState.Settled)
            IsAbsent(token, entry);
    }

    private void HasNoAnswer(TokenId token, Entry entry)
    {
        if (source is null && entry.MayBeOver && entry.Market is not null)
            IsOver(token, "all subscribed assets resolved");        // nobody else can be asked
        else
            entry.Market?.Actor.Tell(new MarketCommand.Unasked(token));
    }

    /// <summary>The venue does not know it, or not any more. The feed is spared it; it is looked for again now and then.</summary>
    private void IsAbsent(TokenId token, Entry entry)
    {
        entry.LookAt = Running + (long)rules.Absence.TotalMilliseconds;
        if (!entry.IsWanted)
            return;
        entry.State = BookState.Unknown;
        entry.MayBeOver = false;
        _report.Ended(Interest.In(token));
        foreach (var session in entry.Followers)
            session.Tell(new BookNews.Opening(default, token, default));
    }

    private void LookAround()
    {
        var now = Running;
        foreach (var market in _markets.Values)
            market.Actor.Tell(new MarketCommand.Beat());
        foreach (var (token, entry) in _tokens)
        {
            if (entry.State == BookState.Settled || entry.Market is not null || now < entry.LookAt)
                continue;
            entry.LookAt = now + (long)rules.Absence.TotalMilliseconds;
            Ask(token);
        }
    }
}
