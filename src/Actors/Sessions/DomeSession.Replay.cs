using Oddswire.Actors.Ports;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// A subscription that resumes: what was missed is read from the tape page by page, as fast as the client takes it, up to where the
/// route was in place; from there on live events have been held. Position by position there is no seam.
/// </summary>
internal sealed partial class DomeSession
{
    private sealed record Page(SubscriptionId Subscription, TapePage Read) : SessionMessage;
    private sealed record PageFailed(SubscriptionId Subscription) : SessionMessage;

    private long _epoch;
    private readonly Queue<SessionSubscription> _replays = [];      // waits for the head, in the order of asking

    private static DomeRefusal? BadPosition(Position resume, TapeHead head)
    {
        if (resume.Offset > head.Newest || resume.Epoch > head.Epoch)
            return new(DomeError.PositionUnknown, $"this tape has not got to {resume} yet: its newest position is {head.Position}", "subscribe");
        if (resume.Offset < head.Oldest - 1)
        {
            return new(DomeError.PositionTooOld, $"what followed {resume} is no longer kept: subscribe without resume, and read what you missed from REST", "subscribe")
            {
                Oldest = new Position(head.Epoch, head.Oldest),
            };
        }
        return null;
    }

    private void StartReplay(TapeHead head)
    {
        if (!_replays.TryDequeue(out var subscription))
            return;
        _epoch = head.Epoch;
        subscription.ReplayUntil = head.Newest;
        ReadOn(subscription);
    }

    private void ReadOn(SessionSubscription subscription)
    {
        if (subscription.ReplayedThrough >= subscription.ReplayUntil)
        {
            _frame.Clear();
            DomeReplyCodec.EncodeLive(subscription.Id, new Position(_epoch, subscription.ReplayedThrough), _frame);
            WriteFrame();
            GoLive(subscription);
            return;
        }
        // A client that is behind sets the pace: the next page is read when it has taken half of its outbox.
        if (_connection.Flush() > wiring.Rules.OutboxBytes / 2)
            return;
        subscription.IsReading = true;
        var (id, filter, after) = (subscription.Id, subscription.Filter, subscription.ReplayedThrough);
        PipeToSelf(
            wiring.Store.Read(after, filter, wiring.Rules.ReplayPage).AsTask(),
            page => new Page(id, page),
            _ => new PageFailed(id));
    }

    private bool ReplayAnswered(SessionMessage message)
    {
        switch (message)
        {
            case Page page when _subscriptions.TryGetValue(page.Subscription, out var subscription):
                subscription.IsReading = false;
                foreach (var entry in page.Read.Entries)
                    Write(subscription, entry, EventMarks.Replayed);
                subscription.ReplayedThrough = page.Read.LookedThrough;
                ReadOn(subscription);
                return true;
            case PageFailed failed when _subscriptions.TryGetValue(failed.Subscription, out var subscription):
                subscription.IsReading = false;     // tried again with the next beat
                return true;
            default:
                return message is Page or PageFailed;
        }
    }

    private void ContinueReplays()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            if (subscription is { IsReplaying: true, IsReading: false, ReplayUntil: > 0 })
                ReadOn(subscription);
        }
    }
}
