using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Orders;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Subscriptions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Persistence;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Subscriptions;

/// <summary>
/// /subscriptions: one actor per subscription, of a socket or durable. The durable ones are read in one scan at the start and get their actor
/// when somebody wants something of them; what others ask about them is answered here.
/// </summary>
public sealed partial class SubscriptionsActor(DurableWiring wiring) : Actor<SubscriptionMessage>
{
    private sealed record Stopped(SubscriptionId Id) : SubscriptionMessage(Id);

    // So many may be put aside. Whoever gets no answer gives the command again, and finds out what became of it.
    private const int MostAside = 1_000;

    private readonly Dictionary<SubscriptionId, ActorRef<SubscriptionMessage>> _ofSockets = [];
    private readonly DurableSubscriptions _durable = new();
    private int _aside;

    // What cannot be read stops by itself.
    protected override SupervisorStrategy Supervision => AboveJournal.Strategy;

    protected override async ValueTask PreStart()
    {
        var codec = new DurableCodec();
        foreach (var (id, (state, sequence)) in await System.ReadStreams("sub_", DurableState.None, codec, static (state, e) => state.Apply(e)))
        {
            var subscription = WireText.Parse<SubscriptionId>(id);
            _durable.Add(subscription, state, sequence);
            Keep(subscription, null, state);
        }
        wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(static head => new Started(head))));
        BeginSweeps();
    }

    protected override ValueTask Receive(SubscriptionMessage message)
    {
        switch (message)
        {
            case SubscriptionMessage.Open open:
                Open(open);
                break;
            case DurableNews news:
                Keep(news.Id, _durable.Hear(news), news.State);
                if (_durable.MayFinish(news.Id) is { } closed)
                    closed.Tell(new Finish(news.Id));       // behind all that was passed on to it
                break;
            case Stopped stopped:
                if (!_ofSockets.Remove(stopped.Id))
                    _durable.Rest(stopped.Id);
                _aside = 0;
                UnstashAll();
                break;
            case DurableCommand.Create create:
                Create(create);
                break;
            case DurableCommand.List list:
                wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(head => new Listed(list, head))));
                break;
            case DurableCommand.Get get:
                wiring.Tape.Tell(new TapeMessage.GetHead(Adapt<TapeHead>(head => new Got(get, head))));
                break;
            case SubscriptionMessage.Glance glance:
                glance.ReplyTo.Tell(_durable.Glance(glance));
                break;
            case Listed listed:
                listed.Asked.ReplyTo.Tell(_durable.List(listed.Asked, listed.Head.Position));
                break;
            case Got got:
                got.Asked.ReplyTo.Tell(_durable.Find(got.Asked) is { } found
                    ? new SubscriptionAnswer.Done(found.Info(got.Asked.Id, got.Head.Position), WasDone: false)
                    : NotFound(got.Asked.Id));
                break;
            case Started started:
                _durable.HeadAtStart = started.Head.Newest;
                break;
            case DurableCommand command:
                Pass(command);
                break;
            case var swept when SweepAnswered(swept):
                break;
            default:
                if (_ofSockets.TryGetValue(message.Id, out var ofSocket))
                    ofSocket.Tell(message);
                break;
        }
        return default;
    }

    // Apart: what makes the actor again is kept with it, and has no room for what other messages say.
    private void Open(SubscriptionMessage.Open open)
    {
        var subscription = Spawn(Props.Of(() => new SubscriptionActor(open, wiring.Directories)), open.Id.ToString());
        _ofSockets.Add(open.Id, subscription);
        Watch(subscription, new Stopped(open.Id));
    }

    private sealed record Listed(DurableCommand.List Asked, TapeHead Head) : SubscriptionMessage(default(SubscriptionId));
    private sealed record Got(DurableCommand.Get Asked, TapeHead Head) : SubscriptionMessage(default(SubscriptionId));
    private sealed record Started(TapeHead Head) : SubscriptionMessage(default(SubscriptionId));

    /// <summary>What it wants is wanted of the venues too, attached or not.</summary>
    private void Keep(SubscriptionId id, DurableState? before, DurableState now)
    {
        var (had, wants) = (before is null ? null : Wanted(before), Wanted(now));
        if (ReferenceEquals(had, wants))
            return;
        foreach (var directory in wiring.Directories)
            directory.Tell(new HubMessage.Keep(id, wants));

        static OrderFilter? Wanted(DurableState state) => state.Exists && state.Status is SubscriptionState.Active or SubscriptionState.Paused ? state.Filter : null;
    }

    private void Create(DurableCommand.Create create)
    {
        if (_durable.Made(create) is { } before)
        {
            ActorOf(before).Tell(create);
            return;
        }
        if (Limits.Exceeded(create.By.Key, create.Filter) is { } refusal)
        {
            create.ReplyTo.Tell(refusal);
            return;
        }
        if (_durable.CountOf(create.By.Key.Name) >= create.By.Key.Limits.Subscriptions)
        {
            create.ReplyTo.Tell(new SubscriptionAnswer.Refused(SubscriptionRefusal.TooManySubscriptions, $"the key '{create.By.Key.Name}' has as many subscriptions as it may: {create.By.Key.Limits.Subscriptions}"));
            return;
        }
        var id = SubscriptionId.Next(System.Random);
        _durable.Begin(id, create);
        ActorOf(id).Tell(create);
    }

    private void Pass(DurableCommand command)
    {
        if (_durable.Find(command) is { IsStopping: true })
        {
            if (_aside++ < MostAside)
                Stash();    // the next instance of its actor answers, when this one has stopped
        }
        else if (_durable.Find(command) is null)
        {
            if (command is DurableCommand.Changing changing)
                changing.ReplyTo.Tell(NotFound(command.Id));
            else if (command is DurableCommand.Attach attach)
                attach.To.Session.Tell(new SessionMessage.NotAttached(command.Id, SubscriptionRefusal.NotFound, $"there is no subscription {command.Id}", null));
        }
        else if (command is DurableCommand.Change { Filter: { } filter } change && Limits.Exceeded(change.By.Key, filter) is { } refusal)
        {
            change.ReplyTo.Tell(refusal);
        }
        else
        {
            if (command is DurableCommand.Attach && _durable.ArrearsOf(command.Id) is { } arrears)
                ActorOf(command.Id).Tell(new ArrearsKnown(command.Id, arrears));
            ActorOf(command.Id).Tell(command);
        }
    }

    private ActorRef<SubscriptionMessage> ActorOf(SubscriptionId id)
    {
        if (_durable.ActorOf(id) is { } actor)
            return actor;
        var known = _durable.Known(id);
        actor = Spawn(Props.Of(() => new DurableSubscriptionActor(known, wiring, Self)), id.ToString());
        _durable.Wake(id, actor);
        Watch(actor, new Stopped(id));
        return actor;
    }

    private static SubscriptionAnswer.Refused NotFound(SubscriptionId id) => new(SubscriptionRefusal.NotFound, $"there is no subscription {id}");

    /// <summary>What a key's tier allows of a filter, the same as on a socket.</summary>
    private static class Limits
    {
        internal static SubscriptionAnswer.Refused? Exceeded(Messages.Keys.Key key, OrderFilter filter)
        {
            if (filter.HasWildcard && !key.Limits.Wildcard)
                return new(SubscriptionRefusal.WildcardNotAllowed, $"{key.Tier} tier does not allow \"*\"");
            return filter.LongestArray > key.Limits.WalletsPerSubscription
                ? new(SubscriptionRefusal.TooManyValues, $"{key.Tier} tier allows {key.Limits.WalletsPerSubscription} values per array, this one has {filter.LongestArray}")
                : null;
        }
    }
}
