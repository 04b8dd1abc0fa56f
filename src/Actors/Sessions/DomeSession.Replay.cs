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

    private sealed record ReplayTo(SubscriptionId Subscription, TapeHead Tape) : SessionMessage;

    private long _epoch;

    private static DomeRefusal? BadPosition(Position resume, TapeHead head)
    {
        if (head.IsBehind)
            return new(DomeError.PositionUnavailable, "the tape cannot be written right now, so what followed this position cannot be read to its end: try again", "subscribe");
        if (resume.Offset > head.Newest || resume.Epoch > head.Epoch)
            return new(DomeError.PositionUnknown, $"this tape has not got to {resume} yet: its newest position is {head.Position}", "subscribe");
        return resume.Offset < head.Oldest - 1 ? TooOld(resume, new Position(head.Epoch, head.Oldest)) : null;
    }

    private static DomeRefusal TooOld(Position resume, Position oldest) =>
        new(DomeError.PositionTooOld, $"what followed {resume} is no longer kept: subscribe without resume, and read what you missed from REST", "subscribe") { Oldest = oldest };

    private void AskHead(SessionSubscription subscription)
    {
        subscription.IsReading = true;
        var id = subscription.Id;
        wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(head => new ReplayTo(id, head))));
    }

    private void ReadOn(SessionSubscription subscription)
    {
        if (subscription.ReplayedThrough >= subscription.ReplayUntil)
        {
            if (subscription.MustLookAgain)
                return;     // with the next beat
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
            case ReplayTo head when _subscriptions.TryGetValue(head.Subscription, out var subscription):
                subscription.IsReading = false;
                subscription.MustLookAgain = head.Tape.IsBehind;
                subscription.ReplayUntil = head.Tape.Newest;
                _epoch = head.Tape.Epoch;
                ReadOn(subscription);
                return true;
            case Page page when _subscriptions.TryGetValue(page.Subscription, out var subscription):
                subscription.IsReading = false;
                if (page.Read.Oldest > subscription.ReplayedThrough + 1)
                {
                    // So slow that the tape's end has overtaken it: told, and not passed over.
                    Refuse(TooOld(new Position(_epoch, subscription.ReplayedThrough), new Position(_epoch, page.Read.Oldest)));
                    Leave(CloseReason.Slow);
                    return true;
                }
                // The store may be ahead of the tape, while the answer to a commit is on its way or lost: of that the tape tells itself.
                foreach (var entry in page.Read.Entries.Where(entry => entry.Position!.Value.Offset <= subscription.ReplayUntil))
                    Write(subscription, entry, EventMarks.Replayed);
                subscription.ReplayedThrough = Math.Min(page.Read.LookedThrough, subscription.ReplayUntil);
                ReadOn(subscription);
                return true;
            case PageFailed failed when _subscriptions.TryGetValue(failed.Subscription, out var subscription):
                subscription.IsReading = false;     // tried again with the next beat
                return true;
            default:
                return message is ReplayTo or Page or PageFailed;
        }
    }

    private void ContinueReplays()
    {
        foreach (var subscription in _subscriptions.Values)
        {
            if (subscription is not { IsReplaying: true, IsReading: false })
                continue;
            if (subscription.MustLookAgain)
                AskHead(subscription);
            else
                ReadOn(subscription);
        }
    }
}
