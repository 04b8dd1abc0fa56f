using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// A socket that is attached to a durable subscription. It replays from the acknowledged position, by the filter that held at each offset,
/// and goes live without a seam; a changed filter, or a resumption, is the same again from where it is.
/// </summary>
internal sealed partial class DomeSession
{
    private static readonly TimeSpan AttachPatience = TimeSpan.FromSeconds(10);

    private sealed record AttachDue : SessionMessage;

    private List<Gap>? _gapsOfAttachment;       // while it attaches: the first frame is that of the attachment

    private void Attach()
    {
        if (client.Attach is not { } id)
            return;
        _gapsOfAttachment = [];
        wiring.Subscriptions.Tell(new DurableCommand.Attach(id, AsCaller(), To));
        // The subscription may fail with the command in its hands, and its journal may be away: the client is not to wait in vain.
        Timers.Once("attach", new AttachDue(), AttachPatience);
    }

    private Caller AsCaller() => new(client.Key, client.Address);

    private void Attached(SessionMessage.Attached attached)
    {
        var subscription = new SessionSubscription(attached.Subscription, attached.Filters)
        {
            IsDurable = true,
            IsAttaching = true,
            MayHaveHad = attached.MayHaveHad,
        };
        _subscriptions.Set(attached.Subscription, subscription);
        Record(Deed.Attached, "attach", null, null, attached.Subscription);
        Timers.Cancel("attach");
        subscription.AcknowledgedAt = attached.Acknowledged;
        if (attached.Paused)
            subscription.Hold(attached.Acknowledged.Offset);
        else
            subscription.ReplayAgain(attached.Acknowledged.Offset);
        AskHead(subscription);
    }

    private void NotAttached(SessionMessage.NotAttached refused)
    {
        Timers.Cancel("attach");
        Refuse(new DomeRefusal(
            refused.Why == SubscriptionRefusal.PositionTooOld ? DomeError.PositionTooOld : DomeError.SubscriptionNotFound,
            refused.Message, "attach", refused.Subscription.ToString())
        { Oldest = refused.Oldest });
        HasAttached();
    }

    private void WriteAttached(SessionSubscription subscription, TapeHead head)
    {
        subscription.IsAttaching = false;
        // The tape was asked after every earlier attachment had been told to leave.
        subscription.MayHaveHad = Math.Min(subscription.MayHaveHad, head.Newest);
        Frame.Clear();
        DomeReplyCodec.EncodeAttached(subscription.Id, subscription.AcknowledgedAt, head.Position, Frame);
        WriteFrame();
        HasAttached();
    }

    private void HasAttached()
    {
        var gaps = _gapsOfAttachment ?? [];
        _gapsOfAttachment = null;
        foreach (var gap in gaps)
            GapChanged(gap);
    }

    private void GapChanged(Gap gap)
    {
        if (_gapsOfAttachment is not null)
            _gapsOfAttachment.Add(gap);
        else if (client.Extended && _subscriptions.Count > 0)
            Encode(DomeReplyCodec.EncodeGap, gap);
    }

    private void GoOn(SessionMessage.GoOn goOn)
    {
        if (!_subscriptions.TryGetValue(goOn.Subscription, out var subscription))
            return;
        subscription.Filters = goOn.Filters;
        // What it was told in its order is behind ReplayedThrough, live or not.
        if (goOn.Back)
            subscription.MayHaveHad = Math.Max(subscription.MayHaveHad, subscription.ReplayedThrough);
        // What is acknowledged beyond that had nothing for it: the subscription looked, and forgot by which filter.
        subscription.ReplayAgain(goOn.Back ? goOn.Acknowledged.Offset : Math.Max(subscription.ReplayedThrough, goOn.Acknowledged.Offset));
        AskHead(subscription);
    }

    /// <summary>Its position is its memory: what has none yet is told from the tape when it has one.</summary>
    private void DeliverDurable(SessionSubscription to, TapeEntry entry)
    {
        if (entry.Position is not { } position)
        {
            to.ReplayAgain(to.ReplayedThrough);
            to.MustLookAgain = true;
            _waitsForBeat = true;
            return;
        }
        if (to.HasReplayed(entry))
            return;
        Write(to, entry, EventMarks.None);
        if (entry.Kind == EntryKind.Fill)
            to.ReplayedThrough = position.Offset;
    }

    private bool IsAttachedTo(SubscriptionId id) => _subscriptions.TryGetValue(id, out var subscription) && subscription.IsDurable;

    private bool IsDurable(DomeCommand command) => IsAttachedTo(command is DomeCommand.Update update ? update.Subscription : ((DomeCommand.Unsubscribe)command).Subscription);

    /// <summary>What it was not told it cannot have dealt with.</summary>
    private void Acknowledge(DomeCommand.Acknowledge acknowledge)
    {
        if (_subscriptions.TryGetValue(acknowledge.Subscription, out var subscription) && acknowledge.Position.Offset <= subscription.ReplayedThrough)
            wiring.Subscriptions.Tell(new DurableCommand.Acknowledge(acknowledge.Subscription, AsCaller(), acknowledge.Position));
    }
}
