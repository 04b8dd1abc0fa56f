using System.Text;
using Oddswire.Messages.Keys;
using Oddswire.Messages.Ledger;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Protocols.Dome;

namespace Oddswire.Actors.Sessions;

/// <summary>
/// What the client asks. One command at a time, answered in the order in which they came: both SDKs match answers to questions by order.
/// </summary>
internal sealed partial class DomeSession
{
    private Queue<(DomeCommand? Command, DomeRefusal? Refusal)>? _commands;     // made when the first has to wait
    private DomeCommand? _command;              // waits for an answer from inside
    private SessionSubscription? _opening;
    private bool _waitsForPlace;

    private protected override void Heard(ReadOnlyMemory<byte> text)
    {
        if (_commands?.Count >= Math.Max(wiring.Rules.WaitingCommands, client.Key.Limits.Subscriptions))
        {
            RecordRefused("RATE_EXCEEDED", "more commands wait than may", action: null);
            Leave(CloseReason.RateExceeded);
            return;
        }
        // One value more than the tier allows is read, so that the answer can be about the limit.
        var mostValues = client.Key.Limits.WalletsPerSubscription;
        var read = DomeCommandCodec.TryDecode(text.Span, mostValues, out var command, out var refusal) ? (command, null) : ((DomeCommand?)null, refusal);
        if (_command is null)
            Take(read);
        else
            (_commands ??= []).Enqueue(read);
    }

    private void Next()
    {
        while (_command is null && _commands is not null && _commands.TryDequeue(out var next))
            Take(next);
    }

    private void Take((DomeCommand? Command, DomeRefusal? Refusal) read)
    {
        if (read.Refusal is { } refusal)
            Refuse(refusal);
        else
            Begin(read.Command!);
    }

    private void Begin(DomeCommand command)
    {
        if (Forbidden(command) is { } refusal)
        {
            Refuse(refusal, command);
            return;
        }
        switch (command)
        {
            case DomeCommand.Subscribe { Resume: not null }:
                _command = command;
                wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(static head => new HeadToCheck(head))));
                break;
            case DomeCommand.Subscribe:
                _command = command;
                Reserve();
                break;
            case DomeCommand.Update update:
                _command = command;
                wiring.Subscriptions.Tell(new SubscriptionMessage.Update(update.Subscription, update.Filter));
                break;
            case DomeCommand.Acknowledge acknowledge:
                Acknowledge(acknowledge);
                break;
            case DomeCommand.Unsubscribe unsubscribe:
                Unsubscribe(unsubscribe.Subscription);
                break;
        }
    }

    private DomeRefusal? Forbidden(DomeCommand command) => command switch
    {
        DomeCommand.Subscribe { Resume: not null } when !client.Extended =>
            new(DomeError.InvalidFilters, "resume is for sockets opened with ?ext=1", "subscribe"),
        DomeCommand.Subscribe subscribe => BeyondTier(subscribe.Filter, "subscribe", null),
        DomeCommand.Update update when !_subscriptions.ContainsKey(update.Subscription) => NotFound("update", update.Subscription),
        DomeCommand.Update update => BeyondTier(update.Filter, "update", update.Subscription),
        DomeCommand.Unsubscribe unsubscribe when !_subscriptions.ContainsKey(unsubscribe.Subscription) => NotFound("unsubscribe", unsubscribe.Subscription),
        DomeCommand.Acknowledge acknowledge when !IsAttachedTo(acknowledge.Subscription) => NotFound("ack", acknowledge.Subscription),
        DomeCommand.Update or DomeCommand.Unsubscribe when IsDurable(command) =>
            new(DomeError.InvalidFilters, "a durable subscription is changed and deleted through /api/v1/subscriptions", command is DomeCommand.Update ? "update" : "unsubscribe"),
        _ => null,
    };

    private static DomeRefusal NotFound(string action, SubscriptionId id) =>
        new(DomeError.SubscriptionNotFound, $"this socket has no subscription {id}", action, id.ToString());

    private DomeRefusal? BeyondTier(OrderFilter filter, string action, SubscriptionId? id)
    {
        var limits = client.Key.Limits;
        if (filter.HasWildcard && !limits.Wildcard)
            return new(DomeError.WildcardNotAllowed, $"{client.Key.Tier} tier does not allow \"*\"", action, id?.ToString());
        if (filter.LongestArray > limits.WalletsPerSubscription)
            return new(DomeError.ItemsPerSubLimit, $"{client.Key.Tier} tier allows {limits.WalletsPerSubscription} values per array, this one has {filter.LongestArray}", action, id?.ToString());
        return null;
    }

    private sealed record HeadToCheck(TapeHead Tape) : SessionMessage;

    private void Answered(SessionMessage message)
    {
        switch (message)
        {
            case HeadToCheck head when _command is DomeCommand.Subscribe { Resume: { } resume }:
                if (BadPosition(resume, head.Tape) is { } refusal)
                    RefuseCurrent(refusal);
                else
                    Reserve();
                break;
            case SessionMessage.Granted:
                _waitsForPlace = false;
                Open();
                break;
            case SessionMessage.Refused refused:
                _waitsForPlace = false;
                RefuseCurrent(new(DomeError.SubscriptionLimit, $"{client.Key.Tier} tier allows {refused.Limit} subscriptions", "subscribe"));
                break;
            case SessionMessage.Opened opened when _opening?.Id == opened.Subscription:
                Opened(_opening);
                break;
            case SessionMessage.Updated when _command is DomeCommand.Update update:
                if (_subscriptions.TryGetValue(update.Subscription, out var updated))
                    updated.Filters = [new FilterSpan(0, update.Filter)];
                Record(Deed.Changed, "update", update.Filter, null, update.Subscription);
                Acknowledge(update.Subscription);
                break;
            default:
                if (!ReplayAnswered(message))
                    Unhandled(message);
                break;
        }
    }

    private void Reserve()
    {
        _waitsForPlace = true;
        wiring.Keys.Tell(new KeyMessage.Reserve(client.Key.Name, Self));
    }

    private void Open()
    {
        var subscribe = (DomeCommand.Subscribe)_command!;
        var resumes = subscribe.Resume is not null;
        _opening = new SessionSubscription(SubscriptionId.Next(System.Random), resumes ? [new FilterSpan(0, subscribe.Filter)] : []) { IsReplaying = resumes, IsReading = resumes };
        _subscriptions.Set(_opening.Id, _opening);
        wiring.Subscriptions.Tell(new SubscriptionMessage.Open(_opening.Id, subscribe.Filter, To) { Mark = _opening });
    }

    private void Opened(SessionSubscription opened)
    {
        var subscribe = (DomeCommand.Subscribe)_command!;
        Encode(DomeReplyCodec.EncodeAck, opened.Id);
        Record(Deed.Opened, "subscribe", subscribe.Filter, null, opened.Id);
        if (subscribe.Resume is { } resume)
        {
            opened.ReplayedThrough = resume.Offset;
            // Asked only now: what is committed later finds the route in place.
            AskHead(opened);
        }
        else
        {
            GoLive(opened);
        }
        _opening = null;
        _command = null;
        Next();
    }

    private void Unsubscribe(SubscriptionId id)
    {
        _subscriptions.Remove(id, out var subscription);
        TakeSample(subscription!);
        subscription!.IsClosed = true;
        subscription.Forget();
        wiring.Subscriptions.Tell(new SubscriptionMessage.Close(id));
        Record(Deed.Closed, "unsubscribe", null, "unsubscribed", id);
        wiring.Keys.Tell(new KeyMessage.Release(client.Key.Name, Self));
        // No ack: the TypeScript SDK would take it for the answer to its next subscribe.
    }

    private void Acknowledge(SubscriptionId id)
    {
        Encode(DomeReplyCodec.EncodeAck, id);
        _command = null;
        Next();
    }

    private void RefuseCurrent(DomeRefusal refusal)
    {
        Refuse(refusal);
        _command = null;
        Next();
    }

    private void Refuse(DomeRefusal refusal, DomeCommand? command = null)
    {
        Encode(DomeReplyCodec.EncodeError, refusal);
        RecordRefused(Encoding.ASCII.GetString(refusal.Error.Utf8()), refusal.Message, refusal.Action, command ?? _command);
    }
}
