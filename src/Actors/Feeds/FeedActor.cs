using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Feeds;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Feeds;

/// <summary>
/// One configured feed: it dials connections, hears how each of them is and answers for them. Connections are restarted for ever: a venue that is down
/// for an hour must not climb to the root. A refusal ends that, until an operator says retry. How many there are, and what for, its kind decides.
/// </summary>
internal abstract class FeedActor(FeedSettings feed, IUpstream upstream, IOutlet outlet, Lines lines) : Actor<FeedMessage>
{
    private sealed record Heard(ConnectionNews News) : FeedMessage;
    private sealed record Ended(int Connection) : FeedMessage;

    /// <summary>What the venue has sent to the old connection is still on its way when the new one stands, and nobody sends it again.</summary>
    protected static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private ActorRef<ConnectionNews>? _news;

    protected FeedSettings Feed => feed;

    protected Lines Lines => lines;

    /// <summary>Unix milliseconds.</summary>
    protected long Now => Moment.Of(System.Time).Wall;

    protected override SupervisorStrategy Supervision { get; } = ConnectionLost.Strategy(feed.Backoff);

    protected override ValueTask PreStart()
    {
        _news = Adapt<ConnectionNews>(static news => new Heard(news));
        lines.Become(lines.State, Now);
        return default;
    }

    /// <summary>What every feed is told; each kind takes first what is for it alone.</summary>
    protected override ValueTask Receive(FeedMessage message)
    {
        switch (message)
        {
            case Heard heard:
                if (lines.Hear(heard.News))
                    Hear(heard.News);
                break;
            case Ended ended:
                HasEnded(ended.Connection);
                break;
            case FeedMessage.Retry:
                Retry();
                break;
            case FeedMessage.GetStatus get:
                get.ReplyTo.Tell(lines.Status());
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    /// <summary>Its line shows it already.</summary>
    protected abstract void Hear(ConnectionNews news);

    /// <summary>The connection has stopped: told to, or refused.</summary>
    protected abstract void HasEnded(int number);

    protected abstract void Retry();

    /// <param name="wanted">What it follows when it opens; called on any thread.</param>
    protected void Dial(int number, string name, Func<ImmutableSortedSet<Interest>> wanted)
    {
        var actor = Spawn(Props.Of(() => new ConnectionActor(feed, number, upstream, outlet, _news!, wanted)), name);
        lines.Add(number, actor);
        Watch(actor, new Ended(number));
    }

    /// <summary>Nobody needs it any more; that it ends is no news.</summary>
    protected void HangUp(int number)
    {
        if (lines.Find(number) is not { } line)
            return;
        lines.Remove(number);
        Unwatch(line.Actor);
        if (line.State != FeedState.Refused)
            line.Actor.Tell(new ConnectionMessage.Leave());
    }
}
