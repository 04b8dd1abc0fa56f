using Oddswire.Messages.Feeds;
using Oddswire.Messages.PolymarketUs;
using Oddswire.Messages.Sessions;
using Oddswire.Protocols.PolymarketUs;
using Oddswire.Runtime;

namespace Oddswire.Actors.UsMarkets;

/// <summary>
/// One market of Polymarket US: hands on what the venue tells of it to who follows that, once and as the same bytes for all, and keeps the newest
/// book and the newest top for who comes late. What cannot be believed is told to nobody as good; what is not told any more is asked for elsewhere.
/// </summary>
internal sealed class UsMarketActor(string slug, UsMarketRules rules, ActorRef<UsMarketReply> directory) : Actor<UsMarketCommand>
{
    private readonly Dictionary<UsSubscriptionType, UsStream> _streams = [];

    private Moment Now => Moment.Of(System.Time);

    protected override ValueTask Receive(UsMarketCommand command)
    {
        switch (command)
        {
            case UsMarketCommand.Frame frame:
                if (_streams.TryGetValue(frame.Told.Type, out var told))
                    Hear(told, frame.Source, frame.Told);
                break;
            case UsMarketCommand.Follow follow:
                Follow(_streams[follow.Type], follow.Session);
                break;
            case UsMarketCommand.Unfollow unfollow:
                if (_streams.TryGetValue(unfollow.Type, out var left))
                {
                    left.Followers.Remove(unfollow.Session);
                    left.Waiting.Remove(unfollow.Session);
                }
                break;
            case UsMarketCommand.TradesCovered covered:
                if (_streams.TryGetValue(UsSubscriptionType.Trade, out var trades))
                {
                    trades.Covered(covered.Source, Now);
                    EndGap(trades, missed: true);       // the venue replays nothing
                }
                break;
            case UsMarketCommand.SourceDown down:
                foreach (var stream in _streams.Values)
                    Lost(stream, down);
                break;
            case UsMarketCommand.Keep keep:
                _streams.TryAdd(keep.Type, new UsStream(keep.Type, rules, Now));
                break;
            case UsMarketCommand.Drop drop:
                if (_streams.Remove(drop.Type, out var dropped) && dropped.Gap is not null)
                    directory.Tell(new UsMarketReply.Covered(slug, drop.Type, HasMissed: true));
                if (_streams.Count == 0)
                    StopSelf();     // behind everything that it was told: nobody tells it any more
                break;
            case UsMarketCommand.Beat:
                foreach (var stream in _streams.Values)
                    LookFor(stream);
                break;
            default:
                Unhandled(command);
                break;
        }
        return default;
    }

    private void Follow(UsStream stream, ActorRef<SessionMessage> session)
    {
        stream.Followers.Add(session);
        if (stream.IsGood)
            session.Tell(new UsMarketNews.Held(stream.Type, slug, stream.Held!));
        else
            stream.Waiting.Add(session);
        if (stream.Gap is { } gap)
            session.Tell(new UsMarketNews.Gap(stream.Type, slug, gap.From, null, gap.Reason));
    }

    private void Hear(UsStream stream, SourceId source, in UsMarketFrame told)
    {
        if (stream.Type == UsSubscriptionType.Trade)
        {
            if (stream.Leader is null && stream.Gap is null)
                stream.Covered(source, Now);
            if (!stream.IsNewTrade(told))
                return;
            stream.Heard(isNew: true, byNewSource: false, Now);
            Tell(stream.Followers, new UsMarketNews.Told(stream.Type, slug, UsRespelling.Share(told.Payload)));
            return;
        }
        var before = stream.Leader;
        if (!stream.Follows(source, Now) || stream.IsLate(told, Now))
            return;
        var isNew = stream.Hold(told);
        if (stream.Heard(isNew, byNewSource: before != source, Now) && stream.Gap is null)
            directory.Tell(new UsMarketReply.Noted(slug, "silent", "the venue had changed what it did not tell; asked for elsewhere it did"));
        EndGap(stream, missed: isNew);
        if (isNew || stream.Waiting.Count > 0)
            Tell(isNew ? stream.Followers : stream.Waiting, new UsMarketNews.Told(stream.Type, slug, stream.Held!));
        stream.Waiting.Clear();
    }

    private void Lost(UsStream stream, UsMarketCommand.SourceDown down)
    {
        if (stream.Lost(down.Source, Now))
            OpenGap(stream, down.Since, down.Reason);
    }

    private void LookFor(UsStream stream)
    {
        if (stream.MissedSince(Now) is not { } since)
            return;
        if (stream is { IsUnanswered: true, Held: not null })
            OpenGap(stream, since, "the venue tells nothing of it any more");
        directory.Tell(new UsMarketReply.Missing(slug, stream.Type));
    }

    private void OpenGap(UsStream stream, long from, string reason)
    {
        if (!stream.OpenGap(from, reason))
            return;
        Tell(stream.Followers, new UsMarketNews.Gap(stream.Type, slug, from, null, reason));
        directory.Tell(new UsMarketReply.Uncovered(slug, stream.Type, from, reason));
    }

    /// <summary>A book is told again as it is; trades of that time are lost.</summary>
    private void EndGap(UsStream stream, bool missed)
    {
        if (stream.CloseGap() is not { } gap)
            return;
        Tell(stream.Followers, new UsMarketNews.Gap(stream.Type, slug, gap.From, Now.Wall, gap.Reason));
        directory.Tell(new UsMarketReply.Covered(slug, stream.Type, missed));
    }

    private static void Tell(HashSet<ActorRef<SessionMessage>> sessions, SessionMessage message)
    {
        foreach (var session in sessions)
            session.Tell(message);
    }
}
