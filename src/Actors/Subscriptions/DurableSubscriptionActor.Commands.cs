using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Subscriptions;

/// <summary>Commands: done once each, in the order in which they came, answered when they are in the journal.</summary>
internal sealed partial class DurableSubscriptionActor
{
    // Somebody who asks for more at a time does not wait for answers.
    private const int MostWaiting = 64;

    private bool _goBack;               // the session, to what is acknowledged
    private int _waiting;
    private int _changesHeldFor;
    private DurableCommand? _askedAgain;    // those behind it wait for it

    private void Enqueue(DurableCommand command)
    {
        if (_waiting >= MostWaiting)
            return;     // not answered: whoever gives it again finds out what became of it
        _waiting++;
        AskHead(command, HoldsFor(command));
    }

    /// <summary>Held before the tape is asked how far it is, the session tells nothing behind the offset from which another filter holds.</summary>
    private bool HoldsFor(DurableCommand command)
    {
        if (command is not DurableCommand.Change { Filter: not null } || !_isAttached || State.Status != SubscriptionState.Active)
            return false;
        _changesHeldFor++;
        _session!.Session.Tell(new SessionMessage.Hold(known.Id));
        return true;
    }

    private void AskHead(DurableCommand? command = null, bool held = false)
    {
        var askedIn = known.Round;
        wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(head => new HeadIs(head, askedIn, command, held))));
    }

    private async ValueTask Do(DurableCommand command, TapeHead head, bool held)
    {
        // A session was attached since the tape was asked, and may have been told more than the tape then had: held, and asked once more.
        if (!held && HoldsFor(command))
        {
            _askedAgain = command;
            AskHead(command, held: true);
            return;
        }
        if (_askedAgain is not null)
        {
            _askedAgain = null;
            UnstashAll();
        }
        _waiting--;
        if (command is DurableCommand.Attach attach)
            await Attach(attach, head);
        else if (command is DurableCommand.Changing changing)
            changing.ReplyTo.Tell(await Answer(changing, head));
        StopWhenDone();
        if (command is not DurableCommand.Change { Filter: not null })
            return;
        // Whether it changed anything or not; but when the next change is waiting, that one's time.
        _changesHeldFor = Math.Max(0, _changesHeldFor - (held ? 1 : 0));
        if (_changesHeldFor == 0 && State.Status == SubscriptionState.Active)
            GoOn(back: false);
    }

    private async ValueTask<SubscriptionAnswer> Answer(DurableCommand.Changing command, TapeHead head)
    {
        var fingerprint = Fingerprint.Of(command);
        foreach (var earlier in State.Commands)
        {
            if (earlier.Id != command.CommandId || earlier.Key != command.By.Key.Name)
                continue;
            return earlier.Fingerprint == fingerprint
                ? new SubscriptionAnswer.Done(Info(command is DurableCommand.Create ? State.HeadAtCreation : head.Position), WasDone: true)
                : new SubscriptionAnswer.Refused(SubscriptionRefusal.CommandIdReused, $"another command was given as '{command.CommandId}': choose a new id for each");
        }
        if (Forbidden(command, head) is { } refusal)
            return refusal;
        await Change(command, new Command(command.CommandId, fingerprint, command.By.Key.Name, command.By.Address), head);
        return new SubscriptionAnswer.Done(Info(head.Position), WasDone: false);
    }

    private SubscriptionAnswer.Refused? Forbidden(DurableCommand.Changing command, TapeHead head) => command switch
    {
        DurableCommand.Create { From: { } from } when from.Offset > head.Newest || from.Epoch > head.Epoch =>
            new(SubscriptionRefusal.PositionUnknown, $"this tape has not got to {from} yet: its newest position is {head.Position}"),
        DurableCommand.Create { From: { } from } when from.Offset < head.Oldest - 1 =>
            new(SubscriptionRefusal.PositionTooOld, $"what followed {from} is no longer kept", new Position(head.Epoch, head.Oldest)),
        DurableCommand.Create => null,
        _ when !State.Exists || State.Status == SubscriptionState.Closed => new(SubscriptionRefusal.NotFound, $"there is no subscription {known.Id}"),
        DurableCommand.Resume { Skip: true } or DurableCommand.Delete => null,
        _ when State.Status == SubscriptionState.Expired =>
            new(SubscriptionRefusal.WrongState, $"{known.Id} has expired: resume it with skip, or delete it", new Position(head.Epoch, head.Oldest)),
        DurableCommand.Resume when State.Acknowledged.Offset < head.Oldest - 1 =>
            new(SubscriptionRefusal.PositionTooOld, $"what came after {State.Acknowledged} is no longer kept: resume with skip", new Position(head.Epoch, head.Oldest)),
        _ => null,
    };

    private async ValueTask Change(DurableCommand.Changing command, Command why, TapeHead head)
    {
        switch (command)
        {
            case DurableCommand.Create create:
                await Happened(new DurableEvent.Created(Now, why, create.Name, create.Filter, create.From ?? head.Position, head.Position));
                break;
            case DurableCommand.Change change:
                await Change(change, why, head);
                break;
            case DurableCommand.Pause:
                await Happened(new DurableEvent.Paused(Now, why));
                TakeRouteBack();
                _session?.Session.Tell(new SessionMessage.Hold(known.Id));
                break;
            case DurableCommand.Resume resume:
                var goesBack = resume.Skip || State.Status != SubscriptionState.Active;     // it sends already, and is not sent back by that
                await Happened(new DurableEvent.Resumed(Now, why, resume.Skip ? head.Position : null));
                if (!goesBack)
                    break;
                _toAcknowledge = null;
                GoOn(back: true);
                break;
            case DurableCommand.Delete:
                await Happened(new DurableEvent.Closed(Now, why));
                _session?.Session.Tell(new SessionMessage.Leave(CloseReason.Deleted));
                TakeRouteBack();
                break;      // what its parent has passed on meanwhile it still answers
        }
    }

    private async ValueTask Change(DurableCommand.Change change, Command why, TapeHead head)
    {
        var events = new List<DurableEvent>();
        if (change.Filter is { } filter && !filter.Equals(State.Filter))
            events.Add(new DurableEvent.Refiltered(Now, why, FilterChange.Between(State.Filter, filter), head.Newest));
        // A command is remembered with the last event that came of it, and with one at least.
        if (change.Name is { } name && (name != State.Name || events.Count == 0))
            events.Add(new DurableEvent.Renamed(Now, why, name));
        else if (events.Count == 0)
            events.Add(new DurableEvent.Renamed(Now, why, State.Name));
        await Happened([.. events]);
    }

    private void GoOn(bool back)
    {
        if (_session is null)
            return;
        _goBack |= back;
        LeaveRoute();
    }

    private SubscriptionInfo Info(Position head) =>
        new(known.Id, State.Name, State.Status, State.Filter, State.Acknowledged, head, _isAttached, State.CreatedAt);
}
