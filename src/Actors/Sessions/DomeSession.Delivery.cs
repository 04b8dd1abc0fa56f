using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>The share of a batch is written in the order of the tape, each fill once per subscription.</summary>
internal sealed partial class DomeSession
{
    private List<(int Place, SessionSubscription To)>? _places;      // of a share of several parts

    private void Write(SessionMessage.Share share)
    {
        if (share.More is not null)
            WriteSorted(share);
        else if (!_closing && Of(share) is { } to)
        {
            foreach (var place in share.Places)
                Deliver(to, share.Batch.Entries[place]);
        }
        To.Return(share);
    }

    /// <summary>Null: it has left meanwhile. A route that it has left itself says which of perhaps thousands it is.</summary>
    private SessionSubscription? Of(SessionMessage.Share share)
    {
        if (share.Route?.Mark is SessionSubscription mine)
            return mine.IsClosed ? null : mine;
        return share.Route is { } route && _subscriptions.TryGetValue(route.Subscription, out var found) ? found : null;
    }

    private void WriteSorted(SessionMessage.Share share)
    {
        var places = _places ??= [];
        Gather(share, places);
        // Several hubs of one subscription may have found the same fill: its wallet's, its market's by either name.
        places.Sort(static (a, b) => a.Place != b.Place ? a.Place.CompareTo(b.Place) : a.To.Id.GetHashCode().CompareTo(b.To.Id.GetHashCode()));
        for (var i = 0; i < places.Count; i++)
        {
            if (i == 0 || places[i] != places[i - 1])
                Deliver(places[i].To, share.Batch.Entries[places[i].Place]);
        }
        places.Clear();
    }

    private void Gather(SessionMessage.Share share, List<(int Place, SessionSubscription To)> places)
    {
        for (var part = share; part is not null && !_closing; part = part.More)
        {
            if (Of(part) is not { } to)
                continue;
            foreach (var place in part.Places)
                places.Add((place, to));
        }
    }

    private void Deliver(SessionSubscription to, TapeEntry entry)
    {
        if (to.IsOnHold)
            return;
        if (to.IsLive)
        {
            if (to.IsDurable)
                DeliverDurable(to, entry);
            else if (!to.HasReplayed(entry))
                Write(to, entry, EventMarks.None);
            return;
        }
        if (entry.Kind != EntryKind.Fill && entry.Position?.Offset <= to.ReplayedThrough)
        {
            Write(to, entry, EventMarks.None);      // it changes a fill that the replay has told
            return;
        }
        if (to.IsReplaying && entry.Position is null)
        {
            to.MustLookAgain = true;        // it will be on the tape, and is told from there
            return;
        }
        to.Hold(entry);
        if (to.HeldBytes > wiring.Rules.OutboxBytes && to.IsReplaying)
            to.LeaveToTheTape();        // a store that is slow is not the client's fault
        if (to.HeldBytes > wiring.Rules.OutboxBytes)
            Leave(CloseReason.Slow);
    }

    private void GoLive(SessionSubscription subscription)
    {
        var held = subscription.GoLive();
        foreach (var entry in held)
        {
            if (subscription.IsDurable)
                DeliverDurable(subscription, entry);
            else
                Write(subscription, entry, EventMarks.None);
        }
        subscription.Forget();
    }

    private void Write(SessionSubscription to, TapeEntry entry, EventMarks marks)
    {
        if (entry.Kind == EntryKind.Fill && (client.Extended || !entry.Late))
            NoteWritten(to, entry.Position);
        switch (entry.Kind)
        {
            case EntryKind.Fill when client.Extended:
                Span<byte> suffix = stackalloc byte[DomeEventCodec.MaxSuffix];
                var length = DomeEventCodec.WriteSuffix(entry.Position, marks | (entry.Late ? EventMarks.Late : EventMarks.None), suffix);
                Write(to.Prefix, entry.Data.Span, suffix[..length]);
                break;
            case EntryKind.Fill when !entry.Late:
                // Nobody who cannot be told so copies an old trade by accident.
                Write(to.Prefix, entry.Data.Span, DomeEventCodec.NativeSuffix);
                break;
            case EntryKind.Confirmed when client.Extended && entry.Position is { } position:
                Frame.Clear();
                DomeReplyCodec.EncodeConfirmed(to.Id, position, entry.Data.Span, Frame);
                WriteFrame();
                break;
            case EntryKind.Removed when client.Extended && entry.Position is { } position:
                Frame.Clear();
                DomeReplyCodec.EncodeRemoved(to.Id, position, entry.Fill.Tx, entry.Fill.LogIndex, Frame);
                WriteFrame();
                break;
        }
    }
}
