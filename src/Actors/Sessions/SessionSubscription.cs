using System.Collections.Immutable;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One subscription as its socket sees it. Until it is live, what arrives is held: nothing may overtake the ack, or the replay.
/// <code>Opening --ack--> (Replaying --last page-->) Live</code>
/// </summary>
internal sealed class SessionSubscription(SubscriptionId id, ImmutableArray<FilterSpan> filters)
{
    private List<TapeEntry>? _held;

    internal SubscriptionId Id { get; } = id;

    /// <summary>By which filter the tape is read where; one, unless it is durable and was changed, and none where nothing is read from the tape.</summary>
    internal ImmutableArray<FilterSpan> Filters { get; set; } = filters;

    /// <summary>Made with the first event: many are told nothing for long.</summary>
    internal byte[] Prefix => field ??= DomeEventCodec.Prefix(Id);

    internal bool IsLive { get; private set; }

    /// <summary>Its client wants no more of it.</summary>
    internal bool IsClosed { get; set; }

    internal long HeldBytes { get; private set; }

    /// <summary>The replay has told everything up to here, and goes on up to <see cref="ReplayUntil"/>.</summary>
    internal long ReplayedThrough { get; set; }
    internal long ReplayUntil { get; set; }
    internal bool IsReplaying { get; set; }

    /// <summary>It outlives this socket: everything is told with its position, and what has none waits until it has one.</summary>
    internal bool IsDurable { get; init; }

    /// <summary>Of a durable one: up to here an earlier attachment may have told the client, or this one before it was paused.</summary>
    internal long MayHaveHad { get; set; }

    /// <summary>Of a durable one: where this attachment began.</summary>
    internal Position AcknowledgedAt { get; set; }

    /// <summary>The first and the last fill that the client was written since the last sample; 0: none.</summary>
    internal long FirstWritten { get; set; }
    internal long LastWritten { get; set; }

    /// <summary>Its client waits for the first frame of the attachment.</summary>
    internal bool IsAttaching { get; set; }

    /// <summary>How often the replay was begun: an answer to an earlier one is none.</summary>
    internal int Round { get; private set; }

    /// <summary>Of a durable one: nothing is told until it goes on.</summary>
    internal bool IsOnHold { get; set; }

    /// <summary>The replay waits for an answer, of the tape or its store.</summary>
    internal bool IsReading { get; set; }

    /// <summary>The tape was behind what had been sent: the replay is not over before it has caught up.</summary>
    internal bool MustLookAgain { get; set; }

    /// <summary>What the publisher still had on its way when the replay read it from the store.</summary>
    internal bool HasReplayed(TapeEntry entry) => entry.Kind == EntryKind.Fill && entry.Position?.Offset <= ReplayedThrough;

    internal void Hold(TapeEntry entry)
    {
        (_held ??= []).Add(entry);
        HeldBytes += entry.Data.Length;
    }

    /// <summary>What of the tape is read next: by which filter, and how far it holds.</summary>
    internal (OrderFilter Filter, long Until) NextStretch()
    {
        var at = 0;
        while (at + 1 < Filters.Length && Filters[at + 1].After <= ReplayedThrough)
            at++;
        return (Filters[at].Filter, at + 1 < Filters.Length ? Math.Min(Filters[at + 1].After, ReplayUntil) : ReplayUntil);
    }

    /// <summary>Back to the tape, behind this offset: what is live meanwhile is held.</summary>
    internal void ReplayAgain(long after)
    {
        (IsLive, IsReplaying, IsReading, IsOnHold) = (false, true, false, false);
        ReplayedThrough = after;
        Round++;
        Forget();
    }

    /// <summary>Nothing is told; it will go on behind this offset, unless another is given.</summary>
    internal void Hold(long after)
    {
        ReplayAgain(after);
        IsOnHold = true;
    }

    /// <summary>
    /// Too much came during the replay: what the tape will tell is left to it. What changes a fill that was told already is kept.
    /// </summary>
    internal void LeaveToTheTape()
    {
        MustLookAgain = true;
        _held?.RemoveAll(entry => entry.Position is not { } position || position.Offset > ReplayedThrough);
        HeldBytes = _held?.Sum(static entry => (long)entry.Data.Length) ?? 0;
    }

    /// <summary>Live from now on. What was held and the replay has not told already comes first.</summary>
    internal List<TapeEntry> GoLive()
    {
        IsLive = true;
        IsReplaying = false;
        HeldBytes = 0;
        var held = _held ?? [];
        _held = null;
        held.RemoveAll(HasReplayed);
        return held;
    }

    internal void Forget()
    {
        _held = null;
        HeldBytes = 0;
    }
}
