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
    private sealed record Page(SubscriptionId Subscription, int Round, long Until, TapePage Read) : SessionMessage;
    private sealed record PageFailed(SubscriptionId Subscription, int Round) : SessionMessage;

    private sealed record ReplayTo(SubscriptionId Subscription, int Round, TapeHead Tape) : SessionMessage;

    // An event with the longest title that a market has is below that.
    private const int LongestEvent = 2_048;

    private long _epoch;
    private bool _waitsForBeat;     // one of the replays

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
        var (id, round) = (subscription.Id, subscription.Round);
        wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(head => new ReplayTo(id, round, head))));
    }

    private void ReadOn(SessionSubscription subscription)
    {
        if (subscription.IsOnHold)
            return;
        if (subscription.ReplayedThrough >= subscription.ReplayUntil)
        {
            if (subscription.MustLookAgain)
            {
                _waitsForBeat = true;
                return;
            }
            if (!subscription.IsDurable)
                WriteLive(subscription);
            GoLive(subscription);
            return;
        }
        // A client that is behind sets the pace: the next page is read when it has taken half of its outbox.
        if (Connection.Flush() > wiring.Rules.OutboxBytes / 2)
        {
            _waitsForBeat = true;
            return;
        }
        subscription.IsReading = true;
        var (id, after, round) = (subscription.Id, subscription.ReplayedThrough, subscription.Round);
        var (filter, until) = subscription.NextStretch();
        PipeToSelf(
            wiring.Store.Read(after, filter, PageFits).AsTask(),
            page => new Page(id, round, until, page),
            _ => new PageFailed(id, round));
    }

    /// <summary>Whoever has taken half of his outbox is not too slow for the next page, however small the outbox.</summary>
    private int PageFits => (int)Math.Clamp(wiring.Rules.OutboxBytes / 2 / LongestEvent, 1, wiring.Rules.ReplayPage);

    private void Replay(SessionSubscription subscription, Page page)
    {
        if (page.Read.Oldest > subscription.ReplayedThrough + 1)
        {
            // So slow that the tape's end has overtaken it: told, and not passed over.
            Refuse(TooOld(new Position(_epoch, subscription.ReplayedThrough), new Position(_epoch, page.Read.Oldest)));
            Leave(CloseReason.Slow);
            return;
        }
        // Beyond it another filter holds, or what the store has and the tape has not told of yet: the answer to a commit is on its way, or lost.
        foreach (var entry in page.Read.Entries)
        {
            if (entry.Position!.Value.Offset <= page.Until)
                Write(subscription, entry, !subscription.IsDurable || entry.Position.Value.Offset <= subscription.MayHaveHad ? EventMarks.Replayed : EventMarks.None);
        }
        subscription.ReplayedThrough = Math.Min(page.Read.LookedThrough, page.Until);
        ReadOn(subscription);
    }

    private void WriteLive(SessionSubscription subscription)
    {
        Frame.Clear();
        DomeReplyCodec.EncodeLive(subscription.Id, new Position(_epoch, subscription.ReplayedThrough), Frame);
        WriteFrame();
    }

    private bool ReplayAnswered(SessionMessage message)
    {
        switch (message)
        {
            case ReplayTo head when _subscriptions.TryGetValue(head.Subscription, out var subscription) && subscription.Round == head.Round:
                subscription.IsReading = false;
                subscription.MustLookAgain = head.Tape.IsBehind;
                subscription.ReplayUntil = head.Tape.Newest;
                _epoch = head.Tape.Epoch;
                if (subscription.IsAttaching)
                    WriteAttached(subscription, head.Tape);
                ReadOn(subscription);
                return true;
            case Page page when _subscriptions.TryGetValue(page.Subscription, out var subscription) && subscription.Round == page.Round:
                subscription.IsReading = false;
                Replay(subscription, page);
                return true;
            case PageFailed failed when _subscriptions.TryGetValue(failed.Subscription, out var subscription) && subscription.Round == failed.Round:
                subscription.IsReading = false;
                _waitsForBeat = true;
                return true;
            default:
                return message is ReplayTo or Page or PageFailed;
        }
    }

    private void ContinueReplays()
    {
        if (!_waitsForBeat)
            return;
        _waitsForBeat = false;
        foreach (var subscription in _subscriptions)
        {
            if (subscription is not { IsReplaying: true, IsReading: false, IsOnHold: false })
                continue;
            if (subscription.MustLookAgain)
                AskHead(subscription);
            else
                ReadOn(subscription);
        }
    }
}
