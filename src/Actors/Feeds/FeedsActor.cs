using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Accounts;
using Oddswire.Messages.Books;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>The feed of order books, and who keeps them.</summary>
public sealed record BookFeed(BookFeedSettings Settings, ActorRef<BooksMessage> Books);

/// <summary>The feed of the markets of Polymarket US, and who keeps them.</summary>
public sealed record UsMarketsFeed(UsMarketsFeedSettings Settings, ActorRef<UsMarketsMessage> Markets);

/// <summary>
/// /feeds: one child per configured feed; questions and commands find them by name. It keeps what is followed here, as the directories
/// report it, for those feeds that have to ask for it: a set that connections read whole when they open and hear the changes of afterwards.
/// </summary>
public sealed class FeedsActor(
    ImmutableArray<FeedSettings> feeds, IUpstream upstream, ActorRef<TapeMessage> tape, ActorRef<LedgerMessage> ledger,
    ImmutableArray<ActorRef<HubMessage>> directories, BookFeed? books = null, ActorRef<AccountMessage>? accounts = null,
    UsMarketsFeed? usMarkets = null, ActorRef<UsAccountMessage>? usAccounts = null)
    : Actor<FeedsMessage>
{
    private sealed record InterestChanged(InterestChange Change) : FeedsMessage;

    private sealed record StatusOf(long Question, FeedStatus Status) : FeedsMessage;

    private readonly SortedDictionary<string, ActorRef<FeedMessage>> _feeds = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (ActorRef<ImmutableArray<FeedStatus>> ReplyTo, ImmutableArray<FeedStatus>.Builder Answers)> _questions = [];
    private readonly List<ActorRef<FeedMessage>> _asking = [];
    private ImmutableSortedSet<Interest> _wanted = ImmutableSortedSet.Create(Interest.Order);
    private long _question;

    protected override ValueTask PreStart()
    {
        foreach (var feed in feeds)
        {
            var actor = Spawn(Props.Of(() => new SingleFeedActor(feed, upstream, tape, ledger, () => Volatile.Read(ref _wanted), accounts, usAccounts)), feed.Name);
            _feeds.Add(feed.Name, actor);
            if (feed.TakesInterest)
                _asking.Add(actor);
        }
        if (books is { } kept)
            _feeds.Add(kept.Settings.Feed.Name, Spawn(Props.Of(() => new BookFeedActor(kept.Settings, upstream, kept.Books, ledger)), kept.Settings.Feed.Name));
        if (usMarkets is { } us)
            _feeds.Add(us.Settings.Feed.Name, Spawn(Props.Of(() => new UsMarketsFeedActor(us.Settings, upstream, us.Markets, ledger)), us.Settings.Feed.Name));
        if (_asking.Count == 0)
            return default;
        var report = Adapt<InterestChange>(static change => new InterestChanged(change));
        foreach (var directory in directories)
            directory.Tell(new HubMessage.Report(report));
        return default;
    }

    protected override ValueTask Receive(FeedsMessage message)
    {
        switch (message)
        {
            case FeedsMessage.Retry retry:
                var known = _feeds.TryGetValue(retry.Feed, out var feed);
                feed?.Tell(new FeedMessage.Retry());
                retry.ReplyTo.Tell(known);
                break;
            case InterestChanged changed:
                Want(changed.Change);
                break;
            case FeedsMessage.GetStatus get:
                Ask(get.ReplyTo);
                break;
            case StatusOf status:
                Collect(status);
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    private void Want(InterestChange change)
    {
        if (change.Began.IsEmpty && change.Ended.IsEmpty)
            return;
        var wanted = _wanted.ToBuilder();
        wanted.ExceptWith(change.Ended);
        wanted.UnionWith(change.Began);
        Volatile.Write(ref _wanted, wanted.ToImmutable());
        foreach (var feed in _asking)
            feed.Tell(new FeedMessage.Want(change));
    }

    private void Ask(ActorRef<ImmutableArray<FeedStatus>> replyTo)
    {
        if (_feeds.Count == 0)
        {
            replyTo.Tell([]);
            return;
        }
        var question = ++_question;
        _questions.Add(question, (replyTo, ImmutableArray.CreateBuilder<FeedStatus>()));
        var answer = Adapt<FeedStatus>(status => new StatusOf(question, status));
        foreach (var feed in _feeds.Values)
            feed.Tell(new FeedMessage.GetStatus(answer));
    }

    private void Collect(StatusOf status)
    {
        if (!_questions.TryGetValue(status.Question, out var question))
            return;
        question.Answers.Add(status.Status);
        if (question.Answers.Count < _feeds.Count)
            return;
        _questions.Remove(status.Question);
        question.ReplyTo.Tell([.. question.Answers.OrderBy(static feed => feed.Name, StringComparer.Ordinal)]);
    }
}
