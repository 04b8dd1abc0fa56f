using System.Buffers;
using System.Collections.Immutable;
using Oddswire.Messages.Books;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Markets;

/// <summary>What the venue tells: applied, and handed on as it came.</summary>
internal sealed partial class MarketActor
{
    private readonly ClobMarketEvent _event = new();
    private readonly RecentFrames _seen = new();

    private void Hear(MarketCommand.Frame frame)
    {
        var reader = new ClobMarketReader(frame.Json.Span);
        while (reader.Read(_event))
            HearEvent(frame);
    }

    private void HearEvent(MarketCommand.Frame frame)
    {
        switch (_event.Kind)
        {
            case ClobEventKind.PriceChange:
                HearChange(frame);
                break;
            case ClobEventKind.Book when Told() is { } book:
                HearBook(frame, book);
                break;
            case ClobEventKind.LastTrade when Told() is { } traded && _event.Price is { } price:
                HearTrade(frame, traded, price);
                break;
            case ClobEventKind.TickSize when Told() is { } ticked && _event.TickSize is { } size && _seen.IsNew(frame.Json):
                ticked.Ticks(size);
                Tell(BookEventKind.Fact, [ticked.Token], frame.Json);
                break;
            case ClobEventKind.BestBidAsk when Told() is { } best:
                Tell(BookEventKind.Best, [best.Token], frame.Json);
                break;
            case ClobEventKind.Resolved:
                HearResolved(frame);
                break;
            case ClobEventKind.Other:
                Tell(BookEventKind.Fact, _event.Token is { } token ? [token] : [.. _books.Keys], frame.Json);
                break;
        }
    }

    private TokenBook? Told() => _event.Token is { } token ? _books.GetValueOrDefault(token) : null;

    /// <summary>
    /// Both tokens of the market in one frame. What was told already, here or over another connection, is told once; a token in doubt is taken out
    /// of it, for nobody has a book that this could change, and so is one whose book is newer.
    /// </summary>
    private void HearChange(MarketCommand.Frame frame)
    {
        if (!_seen.IsNew(frame.Json))
            return;
        var now = Running;
        var touched = ImmutableArray.CreateBuilder<TokenId>(2);
        var isWhole = true;
        foreach (var change in _event.Changes)
        {
            if (!_books.TryGetValue(change.Token, out var book))
                continue;
            if (!book.Apply(change, _event.Timestamp, frame.Source, now))
                isWhole = false;
            else if (!touched.Contains(change.Token))
                touched.Add(change.Token);
        }
        if (touched.Count == 0)
            return;
        foreach (var book in _books.Values)
        {
            if (!touched.Contains(book.Token))
                IsPassedOver(book, frame.Source, now);
            else if (book is { State: BookState.Good, Book.IsCrossed: true })
                Doubt(book, "crossed", LadderStep.AskAgain, rules.Grace);
        }
        HandOn(frame, touched.DrainToImmutable(), isWhole);
    }

    private void HandOn(MarketCommand.Frame frame, ImmutableArray<TokenId> touched, bool isWhole)
    {
        // Until September 2025 an event was of one token, which it named itself: who connects now has never seen that.
        if (isWhole && _event.Token is null && touched.All(IsGood))
        {
            Tell(BookEventKind.Change, touched, frame.Json);
            return;
        }
        var good = touched.RemoveAll(token => !IsGood(token));
        if (good.IsEmpty)
            return;
        var some = new ArrayBufferWriter<byte>();
        ClobBookCodec.EncodeChanges(market, _event.Timestamp, _event.Changes.Where(change => good.Contains(change.Token)).Select(WithBest).ToArray(), some);
        Tell(BookEventKind.Change, good, some.WrittenMemory);
    }

    /// <summary>The old form did not have the best prices.</summary>
    private BookChange WithBest(BookChange change) => change is { BestBid: null, BestAsk: null } && _books[change.Token].Book is { } book
        ? change with { BestBid = book.BestBid?.Price, BestAsk = book.BestAsk?.Price }
        : change;

    private bool IsGood(TokenId token) => _books[token].State == BookState.Good;

    private void HearBook(MarketCommand.Frame frame, TokenBook book)
    {
        var (was, timestamp) = (book.State, book.Timestamp);
        var isKnown = frame.IsOpening && book.HasLevels(_event.Bids, _event.Asks);
        switch (book.Replace(_event, frame.Source, Running))
        {
            case Reset.Older:
                if (was == BookState.Uncertain)
                    book.Ladder.Begin(LadderStep.AskAgain, rules.Grace, Running);
                break;
            case Reset.Crossed:
                Doubt(book, "crossed", LadderStep.AskAgain, rules.Grace);
                break;
            case Reset.Taken when was != BookState.Good:
                Mended(book, timestamp, fromRest: false);
                break;
            case Reset.Taken when !frame.IsOpening:
                Tell(BookEventKind.Book, [book.Token], frame.Json);
                break;
            case Reset.Taken when !isKnown:
                Tell(BookEventKind.Book, [book.Token], book.MidStream());
                break;
        }
    }

    private void HearTrade(MarketCommand.Frame frame, TokenBook book, WrittenDecimal price)
    {
        if (!_seen.IsNew(frame.Json))
            return;
        book.Traded(price);
        book.ChangeDue ??= Running + (long)rules.ShortestSilence.TotalMilliseconds;
        Tell(BookEventKind.Fact, [book.Token], frame.Json);
    }

    private void HearResolved(MarketCommand.Frame frame)
    {
        ImmutableArray<TokenId> kept = [.. _books.Keys];
        Tell(BookEventKind.CustomFact, kept, frame.Json);
        foreach (var token in kept)
            directory.Tell(new MarketReply.Settled(token));
    }

    /// <summary>The last frames of a market: the venue repeats itself, and two connections say the same.</summary>
    private sealed class RecentFrames
    {
        private readonly ReadOnlyMemory<byte>[] _frames = new ReadOnlyMemory<byte>[32];
        private int _next;

        internal bool IsNew(ReadOnlyMemory<byte> frame)
        {
            foreach (var seen in _frames)
            {
                if (seen.Length == frame.Length && seen.Span.SequenceEqual(frame.Span))
                    return false;
            }
            _frames[_next] = frame;
            _next = (_next + 1) % _frames.Length;
            return true;
        }
    }
}
