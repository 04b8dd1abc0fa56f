using Oddswire.Messages.Orders;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// One subscription as its socket sees it. Until it is live, what arrives is held: nothing may overtake the ack, or the replay.
/// <code>Opening --ack--> (Replaying --last page-->) Live</code>
/// </summary>
internal sealed class SessionSubscription(SubscriptionId id, OrderFilter filter)
{
    private readonly List<TapeEntry> _held = [];

    internal SubscriptionId Id { get; } = id;
    internal OrderFilter Filter { get; set; } = filter;
    internal byte[] Prefix { get; } = DomeEventCodec.Prefix(id);
    internal bool IsLive { get; private set; }
    internal long HeldBytes { get; private set; }

    /// <summary>The replay has told everything up to here, and goes on up to <see cref="ReplayUntil"/>.</summary>
    internal long ReplayedThrough { get; set; }
    internal long ReplayUntil { get; set; }
    internal bool IsReplaying { get; set; }

    /// <summary>The replay waits for an answer, of the tape or its store.</summary>
    internal bool IsReading { get; set; }

    /// <summary>The tape was behind what had been sent: the replay is not over before it has caught up.</summary>
    internal bool MustLookAgain { get; set; }

    /// <summary>What the publisher still had on its way when the replay read it from the store.</summary>
    internal bool HasReplayed(TapeEntry entry) => entry.Kind == EntryKind.Fill && entry.Position?.Offset <= ReplayedThrough;

    internal void Hold(TapeEntry entry)
    {
        _held.Add(entry);
        HeldBytes += entry.Data.Length;
    }

    /// <summary>
    /// Too much came during the replay: what the tape will tell is left to it. What changes a fill that was told already is kept.
    /// </summary>
    internal void LeaveToTheTape()
    {
        MustLookAgain = true;
        _held.RemoveAll(entry => entry.Position is not { } position || position.Offset > ReplayedThrough);
        HeldBytes = _held.Sum(static entry => (long)entry.Data.Length);
    }

    /// <summary>Live from now on. What was held and the replay has not told already comes first.</summary>
    internal List<TapeEntry> GoLive()
    {
        IsLive = true;
        IsReplaying = false;
        HeldBytes = 0;
        _held.RemoveAll(HasReplayed);
        return _held;
    }

    internal void Forget() => _held.Clear();
}
