using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Tape;
using Oddswire.Runtime;

namespace Oddswire.Actors.Feeds;

/// <summary>/feeds: one child per configured feed; questions and commands find them by name.</summary>
public sealed class FeedsActor(ImmutableArray<FeedSettings> feeds, IUpstream upstream, ActorRef<TapeMessage> tape, ActorRef<LedgerMessage> ledger)
    : Actor<FeedsMessage>
{
    private sealed record StatusOf(long Question, FeedStatus Status) : FeedsMessage;

    private readonly SortedDictionary<string, ActorRef<FeedMessage>> _feeds = new(StringComparer.Ordinal);
    private readonly Dictionary<long, (ActorRef<ImmutableArray<FeedStatus>> ReplyTo, ImmutableArray<FeedStatus>.Builder Answers)> _questions = [];
    private long _question;

    protected override ValueTask PreStart()
    {
        foreach (var feed in feeds)
            _feeds.Add(feed.Name, Spawn(Props.Of(() => new FeedActor(feed, upstream, tape, ledger)), feed.Name));
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
