using System.Buffers;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Clob;

namespace Oddswire.Actors.Markets;

/// <summary>
/// When a book cannot be believed: it is crossed, the venue's hash says otherwise, its connection is gone, or REST tells of changes that the stream
/// does not. Until it is whole again nobody begins with it, nobody is told changes of it, and the ladder is gone up.
/// </summary>
internal sealed partial class MarketActor
{
    private void Doubt(TokenBook book, string reason, LadderStep first, TimeSpan after)
    {
        var wasGood = book.State == BookState.Good;
        book.Doubt(reason, first, after, Running);
        if (wasGood)
            Notice(book, (token, frame) => ClobNoticeCodec.EncodeStale(token, Moment.Of(System.Time).Wall, reason, frame));
    }

    /// <summary>It is whole. Who had it gets it anew, who waits begins with it.</summary>
    /// <param name="before">When it had changed last, as far as was known.</param>
    private void Mended(TokenBook book, long before, bool fromRest)
    {
        var (reason, was) = (book.Reason, book.State);
        book.Trust();
        if (book.Check(Running) is Verdict.Disagrees or Verdict.Diverged)
        {
            // What came of the stream since does not fit what it lies over.
            book.Doubt(reason.Length > 0 ? reason : "diverged", LadderStep.Reseed, rules.Grace, Running);
            return;
        }
        if (was != BookState.Waiting)
        {
            if (before != book.Timestamp && before > 0)
            {
                book.HasMissed = true;
                Notice(book, (token, frame) => ClobNoticeCodec.EncodeGap(token, before, book.Timestamp, reason, frame));
            }
            Notice(book, (token, frame) => ClobNoticeCodec.EncodeResync(token, book.Timestamp, fromRest, frame));
            Tell(BookEventKind.Book, [book.Token], book.MidStream());
        }
        Open(book);
        LookWhetherCovered(book);
    }

    private void Judge(TokenBook book)
    {
        switch (book.Check(Running))
        {
            case Verdict.Agrees when book is { State: BookState.Uncertain, WasToldSince: true, Source: not null, Book.IsCrossed: false }:
                Mended(book, book.Timestamp, fromRest: false);      // the hash is of all of it
                break;
            case Verdict.Diverged when book.State == BookState.Good:
                Doubt(book, "diverged", LadderStep.AskAgain, TimeSpan.Zero);
                break;
            default:
                Open(book);
                break;
        }
        LookWhetherCovered(book);
    }

    /// <summary>Both tokens of a market change together: one that is told without the other may have lost its stream.</summary>
    private void IsPassedOver(TokenBook book, SourceId source, long now)
    {
        if (book.State == BookState.Good && book.Source == source && now - book.HeardAt > 1_000)
            book.ChangeDue ??= now + (long)rules.Grace.TotalMilliseconds;
    }

    private void Lost(MarketCommand.SourceDown down)
    {
        foreach (var book in _books.Values)
        {
            if (book.Source != down.Source)
                continue;
            book.Detach();
            Doubt(book, "upstream lost", LadderStep.Reseed, rules.Return);
            Uncovered(book, down.Since, down.Reason);
        }
    }

    private void Beat()
    {
        var now = Running;
        foreach (var book in _books.Values)
        {
            if (book.Ladder.Climb(now) is { } step)
                Climb(book, step, now);
            else if (book.State == BookState.Good)
                Watch(book, now);
            LookWhetherCovered(book);
        }
    }

    /// <summary>A book that is good may have stopped. Others can say: REST, a trade that was told, hashes that went on failing.</summary>
    private void Watch(TokenBook book, long now)
    {
        if (book.Ahead is { } ahead && now > ahead.Due)
        {
            directory.Tell(new MarketReply.Silent(book.Token, "REST tells of changes that the stream does not"));
            Doubt(book, "silent", book.Source is null ? LadderStep.Reseed : LadderStep.AskAgain, TimeSpan.Zero);
            return;
        }
        if (book.Evidence.Terms is null && now - book.AskedAt > rules.Step.TotalMilliseconds)
            Ask(book, now);
        if (book.Source is null && now > book.RoundAt)
        {
            book.RoundAt = now + (long)rules.Round.TotalMilliseconds;
            directory.Tell(new MarketReply.Mend(book.Token, LadderStep.AskAgain, "REST stands in for the stream"));
        }
        var isDue = book.ChangeDue < now || book.IsSilent(now) || (book.Evidence.Disagrees && now - book.Evidence.DisagreesSince > 2 * rules.HashPatience.TotalMilliseconds);
        if (isDue && now - book.AskedAt > (book.Source is null ? rules.Step : rules.ShortestSilence).TotalMilliseconds && book.Ahead is null && !IsQuiet(book, now))
            Ask(book, now);
    }

    /// <summary>REST was asked since it was last heard, and had nothing new either: that is asked again as rarely as silence is looked at.</summary>
    private bool IsQuiet(TokenBook book, long now) =>
        book.Source is not null && book.AskedAt > book.HeardAt && now - book.AskedAt < rules.Silence.TotalMilliseconds && !book.Evidence.Disagrees && book.ChangeDue is null;

    private void Ask(TokenBook book, long now)
    {
        book.AskedAt = now;
        book.ChangeDue = null;
        directory.Tell(new MarketReply.Ask(book.Token));
    }

    private void Climb(TokenBook book, LadderStep step, long now)
    {
        Uncovered(book, Moment.Of(System.Time).Wall - (now - book.HeardAt), book.Reason);
        if (step == LadderStep.Reseed)
            Ask(book, now);
        // While REST stands in, nobody needs to know each time.
        if (step != LadderStep.Reseed || book.Source is not null)
            directory.Tell(new MarketReply.Mend(book.Token, step, book.Reason));
    }

    /// <summary>What happens to it nobody is told, from then on; before its stream told of it for the first time, nobody was promised anything.</summary>
    private void Uncovered(TokenBook book, long since, string reason)
    {
        if (!book.IsCovered)
            return;
        (book.IsCovered, book.HasMissed) = (false, false);
        directory.Tell(new MarketReply.Uncovered(book.Token, since, reason));
    }

    /// <summary>A book that REST stands in for is good, and what happens between two looks at it is told to nobody all the same.</summary>
    private void LookWhetherCovered(TokenBook book)
    {
        if (book.IsCovered || book is not { State: BookState.Good, Source: not null })
            return;
        book.IsCovered = true;
        directory.Tell(new MarketReply.Covered(book.Token, book.HasMissed));
    }

    /// <summary>REST beside the stream. It may be ahead for a moment, and it may be behind: only what the stream has not told in time counts.</summary>
    private void Compare(BookSeed seed)
    {
        if (!_books.TryGetValue(seed.Token, out var book))
            return;
        var (now, before) = (Running, book.Timestamp);
        book.NoneSince = null;
        book.Learn(seed.Terms);
        if (book.State == BookState.Waiting || (book.State == BookState.Uncertain && book.Ladder.WasAtTheTop && IsNoOlder(seed, book)))
        {
            book.Replace(seed, now);
            book.RoundAt = now + (long)rules.Round.TotalMilliseconds;
            if (!book.Book.IsCrossed)
                Mended(book, before, fromRest: true);
        }
        else if (book.State != BookState.Good)
        {
            return;
        }
        else if (book.HasLevels(seed.Bids, seed.Asks))
        {
            book.Ahead = null;
            book.Evidence.Trust();
            Open(book);
        }
        else if (book.Source is null && seed.Timestamp > before)
        {
            book.Doubt("silent", LadderStep.Reseed, rules.Step, now);       // REST stands in: the next one
            book.Replace(seed, now);
            Mended(book, before, fromRest: true);
        }
        else if (seed.Timestamp > before)
        {
            book.Ahead ??= (seed.Timestamp, now + (long)rules.Lead.TotalMilliseconds);
        }
        else if (seed.Timestamp == before)
        {
            Differs(book, now);
        }
    }

    private static bool IsNoOlder(BookSeed seed, TokenBook book) => seed.Timestamp >= book.Timestamp || book.Reason is "upstream lost" or "diverged" or "crossed";

    /// <summary>Of the same moment, and not the same: within one millisecond the venue may have changed it twice, so it is looked at once more.</summary>
    private void Differs(TokenBook book, long now)
    {
        if (_differed.Remove(book.Token, out var timestamp) && timestamp == book.Timestamp)
        {
            Doubt(book, "diverged", LadderStep.AskAgain, TimeSpan.Zero);
            return;
        }
        _differed[book.Token] = book.Timestamp;
        book.ChangeDue = now + (long)rules.Grace.TotalMilliseconds;
        book.AskedAt = now - (long)rules.ShortestSilence.TotalMilliseconds;
    }

    private readonly Dictionary<TokenId, long> _differed = [];

    private void HasNone(TokenId token)
    {
        if (!_books.TryGetValue(token, out var book))
            return;
        var now = Running;
        book.NoneSince ??= now;
        if (now - book.NoneSince > rules.Settling.TotalMilliseconds && now - book.HeardAt > rules.Settling.TotalMilliseconds)
            directory.Tell(new MarketReply.Settled(token));
    }

    /// <summary>Without a witness the stream itself is asked: who has a book anew knows as much.</summary>
    private void CouldNotAsk(TokenId token)
    {
        if (_books.TryGetValue(token, out var book) && book.State == BookState.Good && Running - book.HeardAt > rules.Silence.TotalMilliseconds)
            directory.Tell(new MarketReply.Mend(token, LadderStep.AskAgain, "nothing heard, and REST does not answer"));
    }

    private void Notice(TokenBook book, Action<TokenId, IBufferWriter<byte>> encode)
    {
        var frame = new ArrayBufferWriter<byte>();
        encode(book.Token, frame);
        _audience.Tell(new BookNews.Notice(market, book.Token, frame.WrittenMemory));
    }
}
