using System.Collections.Immutable;
using Oddswire.Actors.Routing;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Markets;

/// <summary>What the feed tells goes to the markets that it is about, and what they want of it goes back: gathered, one message and one fact for all.</summary>
public sealed partial class BooksActor
{
    private const string FeedName = "clob-market";

    private readonly GatheredFacts _facts = new(FeedName, ledger);
    private readonly List<TokenId> _again = [];
    private readonly List<TokenId> _away = [];
    private ActorRef<FeedMessage>? _feed;

    private void HearVenue(BooksMessage message)
    {
        switch (message)
        {
            case BooksMessage.Serve serve:
                _feed = serve.Feed;
                _report.Start(serve.Wanted);
                break;
            case BooksMessage.LeftOut leftOut:
                foreach (var token in leftOut.Tokens)
                    HasNoOpening(token);
                break;
            case BooksMessage.SourceDown down:
                foreach (var market in _markets.Values)
                    market.Actor.Tell(new MarketCommand.SourceDown(down.Source, down.Since, down.Reason));
                break;
            case BooksMessage.Resolved resolved:
                Resolved(resolved.Tokens);
                break;
            case Replied replied:
                HearMarket(replied.Reply);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <summary>Who waits is answered without it; whether there is a book all the same, REST knows.</summary>
    private void HasNoOpening(TokenId token)
    {
        if (!_tokens.TryGetValue(token, out var entry))
            return;
        Ask(token);
        if (entry.Market is not null)
            return;
        foreach (var session in entry.Followers)
            session.Tell(new BookNews.Opening(default, token, default));
    }

    private void Hear(BooksMessage.Heard heard)
    {
        foreach (var frame in heard.Frames)
        {
            if (frame.Kind == BookFrameKind.NewMarket)
                TellEverybody(frame.Json);
            else if (PlaceOf(frame) is { } place)
                place.Actor.Tell(new MarketCommand.Frame(heard.Source, frame.Kind == BookFrameKind.Opening, frame.Json));
        }
    }

    /// <summary>None: nobody follows it any more.</summary>
    private Place? PlaceOf(BookFrame frame)
    {
        if (frame.Token is { } token && _tokens.TryGetValue(token, out var entry) && entry is { Market: null, IsWanted: true })
            return Settle(token, entry, frame.Market);
        return _markets.GetValueOrDefault(frame.Market);
    }

    private void TellEverybody(ReadOnlyMemory<byte> json)
    {
        var told = new BookNews.Told(BookEventKind.CustomFact, default, [], json);
        foreach (var session in _sessions.Keys)
            session.Tell(told);
    }

    private void HearMarket(MarketReply reply)
    {
        switch (reply)
        {
            case MarketReply.Ask ask:
                Ask(ask.Token);
                break;
            case MarketReply.Silent silent:
                Note("silent", silent.Reason, silent.Token);
                break;
            case MarketReply.Settled settled:
                IsOver(settled.Token, "settled");
                break;
            case MarketReply.Uncovered uncovered when _tokens.GetValueOrDefault(uncovered.Token) is { Market: not null }:
                _gaps!.Open(uncovered.Token.ToString(), uncovered.Since, uncovered.Reason);
                break;
            case MarketReply.Covered covered:
                _gaps!.Close(covered.Token.ToString(), covered.HasMissed, Wall);
                break;
            case MarketReply.Mend mend:
                Note("redriven", Name(mend.Step) + mend.Reason, mend.Token);
                if (mend.Step == LadderStep.AskAgain)
                    _again.Add(mend.Token);
                else if (mend.Step == LadderStep.NewConnection)
                    _away.Add(mend.Token);
                break;
        }
    }

    private static string Name(LadderStep step) => step switch
    {
        LadderStep.AskAgain => "subscribed again: ",
        LadderStep.NewConnection => "new connection: ",
        LadderStep.Reseed => "book taken from REST: ",
    };

    /// <summary>The venue has closed with it. REST says whether that is so: a token may have been asked for in the very moment.</summary>
    private void Resolved(ImmutableArray<TokenId> tokens)
    {
        foreach (var token in tokens)
        {
            if (!_tokens.TryGetValue(token, out var entry))
                continue;
            entry.MayBeOver = true;
            Ask(token);
        }
    }

    /// <summary>Retired: the feed is not asked for it again, and who follows it is told.</summary>
    private void IsOver(TokenId token, string why)
    {
        if (!_tokens.TryGetValue(token, out var entry) || !entry.IsWanted)
            return;
        entry.State = BookState.Settled;
        entry.MayBeOver = false;
        _report.Ended(Interest.In(token));
        Leave(token, entry);
        Note("retired", why, token);
        var told = new BookNews.Settled([token]);
        foreach (var session in entry.Followers)
            session.Tell(told);
    }

    private void Note(string kind, string reason, TokenId token) => _facts.Note(kind, reason, token.ToString());

    private void Mend()
    {
        if (_again.Count > 0)
            _feed?.Tell(new FeedMessage.AskAgain([.. _again]));
        if (_away.Count > 0)
            _feed?.Tell(new FeedMessage.MoveAway([.. _away]));
        _again.Clear();
        _away.Clear();
        _facts.Tell();
        _gaps!.Tell();
    }
}
