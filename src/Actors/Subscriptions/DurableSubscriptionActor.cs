using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;

namespace Oddswire.Actors.Subscriptions;

/// <summary>Whom durable subscriptions talk to, and how far behind they may be.</summary>
public sealed record DurableWiring(ActorRef<TapeMessage> Tape, ITape Store, Fence Fence, ImmutableArray<ActorRef<HubMessage>> Directories)
{
    public DurableRules Rules { get; init; } = new();
}

/// <summary>A durable subscription as it is known when its actor is made: what its journal holds at least. It outlives the actor's instances.</summary>
internal sealed class Known(SubscriptionId id, DurableState state, long sequence)
{
    internal SubscriptionId Id => id;
    internal DurableState State => state;
    internal long Sequence => sequence;

    /// <summary>
    /// Up to this offset earlier attachments may have told the client. Since one has begun that is <see cref="WhereverTheTapeIs"/>, until
    /// the tape has said, after its end, how far it was.
    /// </summary>
    internal long MayHaveHad { get; set; }

    internal const long WhereverTheTapeIs = long.MaxValue;

    /// <summary>Counts what is asked of the directories: an answer to an earlier round, or to an earlier instance, is none.</summary>
    internal int Round { get; set; }
}

/// <summary>
/// One durable subscription. Commands are done one after the other, each at the tape's head of its time. While a session is attached
/// there is a route to it; detached there is none. The session replays from the tape and acknowledges; the journal decides where the next
/// attachment goes on. Split by subject: life and attachment (here), commands.
/// </summary>
internal sealed partial class DurableSubscriptionActor(Known known, DurableWiring wiring, ActorRef<SubscriptionMessage> parent)
    : EventSourcedActor<SubscriptionMessage, DurableEvent, DurableState>(
        new(known.Id.ToString(), DurableState.None, new DurableCodec(), wiring.Fence) { Known = known.State.Exists ? (known.State, known.Sequence) : null })
{
    private sealed record Followed(int Round) : SubscriptionMessage(default(SubscriptionId));
    private sealed record HeadIs(TapeHead Head, int AskedIn, DurableCommand? Command, bool Held) : SubscriptionMessage(default(SubscriptionId));
    private sealed record SessionEnded(ActorRef<SessionMessage> Session) : SubscriptionMessage(default(SubscriptionId));
    private sealed record Unborn() : SubscriptionMessage(default(SubscriptionId));
    private sealed record AcknowledgeDue() : SubscriptionMessage(default(SubscriptionId));

    private static readonly TimeSpan AcknowledgeEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private Letterbox? _session;
    private bool _isAttached;           // the session has been told
    private long _mayHaveHad;           // the client, before this attachment
    private int _directoriesOpen;
    private bool _hasRoute;
    private bool _mustSettle;           // an older route may be left elsewhere
    private Position? _toAcknowledge;
    private Arrears? _arrears;
    private bool _mayStop;              // it is closed, and nobody passes anything on to it any more

    protected override DurableState Apply(DurableState state, DurableEvent e) => state.Apply(e);

    protected override ValueTask Recovered()
    {
        if (known.MayHaveHad == Known.WhereverTheTapeIs)
            AskHead();
        if (State.Exists)
            TellParent();
        else
            Timers.Once("unborn", new Unborn(), Patience);
        return default;
    }

    protected override async ValueTask PostStop()
    {
        LetGo();
        if (CanPersist)
            await PersistAcknowledged();
    }

    /// <summary>What the journal did not take, the next instance does not know: the client comes back and acknowledges again.</summary>
    protected override ValueTask PreRestart(Exception cause)
    {
        LetGo();
        return default;
    }

    private void LetGo()
    {
        TakeRouteBack();
        if (State.Status != SubscriptionState.Closed)
            _session?.Session.Tell(new SessionMessage.Ended(known.Id));
    }

    protected override async ValueTask Receive(SubscriptionMessage message)
    {
        switch (message)
        {
            case DurableCommand.Changing or DurableCommand.Attach:
                Enqueue((DurableCommand)message);
                break;
            case Unborn when !State.Exists && _waiting <= 0:
                StopSelf();     // what was to make it did not get into the journal, and nobody tries again
                break;
            case Unborn:
                break;
            case Finish:
                _mayStop = true;
                StopWhenDone();
                break;
            case HeadIs { Command: not null } head when _askedAgain is not null && !ReferenceEquals(_askedAgain, head.Command):
                Stash();
                break;
            case HeadIs head:
                if (head.AskedIn == known.Round)
                    KnowWhatWasTold(head.Head);
                if (head.Command is { } command)
                    await Do(command, head.Head, head.Held);
                break;
            case Followed followed:
                RouteIsLeft(followed.Round);
                break;
            case DurableCommand.Acknowledge acknowledge:
                Acknowledge(acknowledge.Position);
                break;
            case AcknowledgeDue:
                await PersistAcknowledged();
                break;
            case ArrearsKnown told:
                _arrears = told.Arrears;
                break;
            case Overdue overdue when _session is null && IsAsSeen(overdue.Acknowledged, overdue.Seen):
                await Happened(new DurableEvent.Expired(Now, null, overdue.Oldest));
                break;
            case NothingMissed nothing when _toAcknowledge is null && IsAsSeen(nothing.Acknowledged, nothing.Seen):
                await Happened(new DurableEvent.Acknowledged(Now, null, nothing.Through));
                break;
            case Overdue or NothingMissed:
                break;
            case SessionEnded ended when ended.Session == _session?.Session:
                await Detach();
                break;
            case SessionEnded:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private async ValueTask Attach(DurableCommand.Attach attach, TapeHead head)
    {
        if (State.Status == SubscriptionState.Closed)
        {
            attach.To.Session.Tell(new SessionMessage.NotAttached(known.Id, SubscriptionRefusal.NotFound, $"there is no subscription {known.Id}", null));
            return;
        }
        await PersistAcknowledged();    // by an earlier attachment: this one goes on behind it
        if (IsWaiting && await IsTooFarBehind(head))
            await Happened(new DurableEvent.Expired(Now, null, new Position(head.Epoch, head.Oldest)));
        // The tape does not go back to where it was, and there was nothing for it in between: it goes on from where that is known.
        else if (IsWaiting && State.Acknowledged.Offset < head.Oldest - 1 && _arrears is { IsNothing: true } seen)
            await Happened(new DurableEvent.Acknowledged(Now, null, new Position(head.Epoch, seen.Through)));
        if (State.Status == SubscriptionState.Expired)
        {
            attach.To.Session.Tell(new SessionMessage.NotAttached(
                known.Id, SubscriptionRefusal.PositionTooOld,
                $"what came after {State.Acknowledged} is no longer kept for it: resume the subscription with skip, and read what it missed from REST", new Position(head.Epoch, head.Oldest)));
            return;
        }
        if (_session is { } older)
        {
            Unwatch(older.Session);
            older.Session.Tell(new SessionMessage.Leave(CloseReason.AttachedElsewhere));
            await Detach();
        }
        (_session, _mayHaveHad, known.MayHaveHad) = (attach.To, known.MayHaveHad, Known.WhereverTheTapeIs);
        Watch(attach.To.Session, new SessionEnded(attach.To.Session));
        if (State.Status == SubscriptionState.Paused)
            TellAttached();
        else
            LeaveRoute();
    }

    /// <summary>A command that waits may be a change of its filter, from an offset that lies behind what was looked at.</summary>
    private bool IsAsSeen(Position acknowledged, Arrears seen) =>
        IsWaiting && _waiting == 0 && acknowledged == State.Acknowledged && seen.HoldsFor(State.Filters);

    private bool IsWaiting => State.Status is SubscriptionState.Active or SubscriptionState.Paused;

    /// <summary>What it does not get any more it is told in so many words, and not given without what was before it.</summary>
    private async ValueTask<bool> IsTooFarBehind(TapeHead head)
    {
        try
        {
            var now = System.Time.GetUtcNow();
            _arrears = await (_arrears ?? Arrears.Of(State.Acknowledged)).Since(State.Acknowledged, State.Filters).Look(wiring.Store, State.Filters, head, wiring.Rules, now);
            return _arrears.IsTooMuch(wiring.Rules, now, head.Oldest);
        }
        catch (TapeUnavailableException)
        {
            return State.Acknowledged.Offset < head.Oldest - 1;
        }
    }

    private void StopWhenDone()
    {
        if (_mayStop && _waiting <= 0)
            StopSelf();
    }

    private async ValueTask Detach()
    {
        TakeRouteBack();
        (_session, _isAttached) = (null, false);
        AskHead();
        await PersistAcknowledged();
        TellParent();
    }

    /// <summary>The tape was asked after the last attachment had ended: further than this nobody was told.</summary>
    private void KnowWhatWasTold(TapeHead head)
    {
        if (_session is not null || known.MayHaveHad != Known.WhereverTheTapeIs)
            return;
        known.MayHaveHad = head.Newest;
        TellParent();
    }

    private void LeaveRoute()
    {
        (_mustSettle, _hasRoute) = (_hasRoute, true);
        TellDirectories((route, following) => new HubMessage.Follow(route, following));
    }

    private void TellDirectories(Func<Route, ActorRef<Following>, HubMessage> message)
    {
        var round = ++known.Round;
        _directoriesOpen = wiring.Directories.Length;
        var following = Adapt<Following>(_ => new Followed(round));
        foreach (var directory in wiring.Directories)
            directory.Tell(message(new Route(known.Id, State.Filter, _session!), following));
    }

    private void TakeRouteBack()
    {
        known.Round++;
        _hasRoute = false;
        foreach (var directory in wiring.Directories)
            directory.Tell(new HubMessage.Unfollow(known.Id));
    }

    private void RouteIsLeft(int round)
    {
        if (round != known.Round || --_directoriesOpen > 0)
            return;
        // A change may lead from wallets to markets: what is left of the old route goes before the session goes on by the new one.
        if (_mustSettle)
        {
            _mustSettle = false;
            TellDirectories((route, following) => new HubMessage.Settle(route, following));
            return;
        }
        if (_isAttached && _changesHeldFor > 0)
            return;         // held again since, for a change that will leave its own route
        if (_isAttached)
            _session!.Session.Tell(new SessionMessage.GoOn(known.Id, State.Filters, State.Acknowledged, _goBack));
        else
            TellAttached();
        _goBack = false;
    }

    private void TellAttached()
    {
        _isAttached = true;
        _session!.Session.Tell(new SessionMessage.Attached(known.Id, State.Acknowledged, State.Filters, _mayHaveHad, State.Status == SubscriptionState.Paused));
        TellParent();
    }

    private void Acknowledge(Position position)
    {
        if (position.Offset <= (_toAcknowledge ?? State.Acknowledged).Offset)
            return;
        if (_toAcknowledge is null)
            Timers.Once("acknowledge", new AcknowledgeDue(), AcknowledgeEvery);
        _toAcknowledge = position;
    }

    private async ValueTask PersistAcknowledged()
    {
        Timers.Cancel("acknowledge");
        if (_toAcknowledge is not { } position || State.Status == SubscriptionState.Closed)
            return;
        _toAcknowledge = null;
        if (position.Offset > State.Acknowledged.Offset)
            await Happened(new DurableEvent.Acknowledged(Now, null, position));
    }

    private async ValueTask Happened(params ImmutableArray<DurableEvent> events)
    {
        await Persist(events);
        TellParent();
    }

    private void TellParent() => parent.Tell(new DurableNews(known.Id, State, Sequence, _isAttached, known.MayHaveHad));

    private long Now => System.Time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>From a durable subscription to the actor above it, which answers questions for it and keeps what it was when it rests.</summary>
internal sealed record DurableNews(SubscriptionId Id, DurableState State, long Sequence, bool Attached, long MayHaveHad) : SubscriptionMessage(Id);

/// <summary>From above: it is known to be closed, and this is the last that it is told. A command that comes later is for its next instance.</summary>
internal sealed record Finish(SubscriptionId Id) : SubscriptionMessage(Id);
