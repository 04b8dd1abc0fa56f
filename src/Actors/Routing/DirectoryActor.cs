using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Tape;
using Oddswire.Messages.Values;
using Oddswire.Runtime;
using Oddswire.Runtime.Supervision;

namespace Oddswire.Actors.Routing;

/// <summary>
/// The hubs of one kind: starts one for each key that somebody follows, gives each its part of a batch, and tells the tape what they found
/// when all have looked. For a hub with one follower, who wants all of it, it finds by itself. A hub that fails loses its part of the batch at most, never the batch; one that keeps failing is quarantined and its clients closed.
/// </summary>
public abstract class DirectoryActor<TKey>(InterestReport report) : Actor<HubMessage> where TKey : notnull
{
    private sealed record Replied(HubReply<TKey> Reply) : HubMessage;
    private sealed record HubStopped(Hub Hub) : HubMessage;

    private readonly Dictionary<TKey, Hub> _hubs = [];
    private readonly Dictionary<SubscriptionId, (Route Route, ImmutableArray<TKey> Keys)> _routes = [];
    private readonly List<(Hub Hub, int Place)> _wanted = [];
    private readonly List<Hub> _withPart = [];
    private readonly ImmutableArray<ReadOnlyMemory<Found>>.Builder _found = ImmutableArray.CreateBuilder<ReadOnlyMemory<Found>>();
    private readonly HashSet<string> _names = [];
    private readonly List<TKey> _keys = [];
    private Found[] _room = [];
    private ActorRef<TapeMessage>? _tape;
    private ActorRef<HubReply<TKey>>? _replies;
    private long _changes;
    private long _batch;
    private long _answered;
    private int _owing;

    private sealed class Hub(TKey key, string name, ActorRef<HubReply<TKey>> replies)
    {
        internal TKey Key => key;
        internal string Name => name;
        internal ActorRef<HubCommand> Actor { get; set; } = null!;
        internal int Followers { get; set; }
        internal bool Owes { get; set; }

        internal bool WasReady { get; set; }

        /// <summary>Of its followers, as it was last told. What is said of an earlier state counts no more, whether it or its predecessor says so.</summary>
        internal long Change { get; set; }

        /// <summary>Who alone follows it and wants all of it: then it is not asked.</summary>
        internal Route? Sole { get; set; }

        internal Part Part;

        internal HubActor<TKey> Make() => new(key, replies);
    }

    /// <summary>The keys under which a filter's fills are found here; none when it is not this directory's.</summary>
    protected abstract ImmutableArray<TKey> KeysOf(OrderFilterPlace place);

    /// <summary>The keys under which a fill is found here.</summary>
    protected abstract void KeysOf(TapeEntry entry, List<TKey> keys);

    protected abstract string NameOf(TKey key);

    /// <summary>The key in the words of a feed that may be asked for it.</summary>
    protected abstract Interest InterestOf(TKey key);

    protected sealed override SupervisorStrategy Supervision { get; } = SupervisorStrategy.Default with
    {
        Limit = RestartLimit.Default with { Exceeded = Directive.Stop },
    };

    protected sealed override ValueTask PreStart()
    {
        _replies = Adapt<HubReply<TKey>>(static reply => new Replied(reply));
        return default;
    }

    /// <summary>The next instance knows no route. Whose way is cut is told so, and the tape does not wait for a part that nobody will pass on.</summary>
    protected sealed override ValueTask PreRestart(Exception cause)
    {
        foreach (var (route, _) in _routes.Values)
            route.To.Session.Tell(new SessionMessage.Leave(CloseReason.Internal));
        foreach (var key in _hubs.Keys)
            report.Ended(InterestOf(key));
        if (_batch > _answered)
            AllPassed();
        return default;
    }

    protected sealed override ValueTask Receive(HubMessage message)
    {
        switch (message)
        {
            case HubMessage.Publish publish:
                _tape = publish.ReplyTo;
                Publish(publish.Batch);
                break;
            case HubMessage.Follow follow:
                Follow(follow.Route);
                follow.ReplyTo.Tell(new Following(follow.Route.Subscription));
                break;
            case HubMessage.Settle settle:
                if (_routes.TryGetValue(settle.Route.Subscription, out var kept) && kept.Route != settle.Route)
                    Unfollow(settle.Route.Subscription);
                settle.ReplyTo.Tell(new Following(settle.Route.Subscription));
                break;
            case HubMessage.Unfollow unfollow:
                Unfollow(unfollow.Subscription);
                break;
            case HubMessage.Report start:
                report.Start(start.To);
                break;
            case HubMessage.Keep keep:
                report.Keep(keep.Subscription, keep.Filter is null ? [] : [.. KeysOf(OrderFilterPlace.Of(keep.Filter)).Select(InterestOf)]);
                break;
            case Replied(HubReply<TKey>.Passed passed):
                PassedOn(passed);
                break;
            case Replied(HubReply<TKey>.Settled settled):
                if (_hubs.TryGetValue(settled.Key, out var hub) && hub.Change == settled.Change)
                    hub.Sole = settled.Sole;
                break;
            case Replied(HubReply<TKey>.Ready ready):
                HubReady(ready);
                break;
            case HubStopped stopped:
                HubHasStopped(stopped);
                break;
            default:
                Unhandled(message);
                break;
        }
        return default;
    }

    protected sealed override ValueTask TurnEnded()
    {
        report.TurnEnded();
        return default;
    }

    private void Publish(Batch batch)
    {
        _batch = batch.Number;
        Split(batch);
        _owing = 0;
        if (_room.Length < _withPart.Count)
            _room = new Found[Math.Max(_withPart.Count, 2 * _room.Length)];
        var count = 0;
        foreach (var hub in _withPart)
        {
            var places = hub.Part.Take();
            if (hub.Sole is { } sole)
                _room[count++] = new Found(sole, places);
            else
                Ask(hub, batch, places);
        }
        _withPart.Clear();
        _found.Capacity = _owing + (count > 0 ? 1 : 0);     // so that it is handed on as it is
        if (count > 0)
            _found.Add(_room.AsMemory(0, count));
        if (_owing == 0)
            AllPassed();
    }

    private void Ask(Hub hub, Batch batch, ImmutableArray<int> places)
    {
        hub.Owes = true;
        _owing++;
        hub.Actor.Tell(new HubCommand.Pass(batch, places));
    }

    private void Split(Batch batch)
    {
        if (_hubs.Count == 0)
            return;
        for (var place = 0; place < batch.Entries.Length; place++)
        {
            _keys.Clear();
            KeysOf(batch.Entries[place], _keys);
            foreach (var key in _keys)
            {
                if (_hubs.TryGetValue(key, out var hub))
                    _wanted.Add((hub, place));
            }
        }
        // Apart from looking them up, so that the processor fetches many of them from memory at a time, and does not wait for one.
        foreach (var (hub, place) in _wanted)
        {
            if (hub.Part.Add(place))
                _withPart.Add(hub);
        }
        _wanted.Clear();
    }

    private void Follow(Route route)
    {
        var keys = KeysOf(OrderFilterPlace.Of(route.Filter));
        if (keys.IsEmpty)
            return;
        // An update keeps what stays: of 100,000 wallets perhaps one has changed.
        var were = _routes.Remove(route.Subscription, out var before) ? before.Keys.ToHashSet() : [];
        _routes.Add(route.Subscription, (route, keys));
        foreach (var key in keys)
        {
            var hub = HubOf(key);
            if (!were.Remove(key))
                hub.Followers++;
            Add(hub, route);
        }
        foreach (var key in were)
            RemoveRoute(key, route.Subscription);
    }

    private void Unfollow(SubscriptionId subscription)
    {
        if (!_routes.Remove(subscription, out var route))
            return;
        foreach (var key in route.Keys)
            RemoveRoute(key, subscription);
        _room = [];     // it keeps nobody who has left
    }

    private void Add(Hub hub, Route route) => hub.Actor.Tell(new HubCommand.Add(route, Changes(hub)));

    private long Changes(Hub hub)
    {
        hub.Sole = null;
        return hub.Change = ++_changes;
    }

    private void RemoveRoute(TKey key, SubscriptionId subscription)
    {
        if (!_hubs.TryGetValue(key, out var hub))
            return;
        if (--hub.Followers > 0 || hub.Owes)
            hub.Actor.Tell(new HubCommand.Remove(subscription, Changes(hub)));
        else
            Retire(key, hub);
    }

    /// <summary>
    /// Nobody follows it any more. Not before it has passed on what it was given: whoever left it for a hub that this batch has passed by
    /// gets the batch here, or not at all.
    /// </summary>
    private void Retire(TKey key, Hub hub)
    {
        _hubs.Remove(key);
        report.Ended(InterestOf(key));
        hub.Actor.Tell(new HubCommand.End());
    }

    private Hub HubOf(TKey key)
    {
        if (_hubs.TryGetValue(key, out var hub))
            return hub;
        var name = NameOf(key);
        for (var n = 2; !_names.Add(name); n++)
            name = $"{NameOf(key)}~{n}";       // its predecessor is still stopping
        hub = new Hub(key, name, _replies!);
        hub.Actor = Spawn(Props.Of(hub.Make), name);
        _hubs.Add(key, hub);
        report.Began(InterestOf(key));
        Watch(hub.Actor, new HubStopped(hub));
        return hub;
    }

    private void PassedOn(HubReply<TKey>.Passed passed)
    {
        if (passed.Batch != _batch || !_hubs.TryGetValue(passed.Key, out var hub) || !hub.Owes)
            return;
        Answered(hub, passed.Found);
        if (hub.Followers == 0)
            Retire(passed.Key, hub);
    }

    private void Answered(Hub hub, ReadOnlyMemory<Found> found)
    {
        hub.Owes = false;
        if (!found.IsEmpty)
            _found.Add(found);
        if (--_owing == 0)
            AllPassed();
    }

    private void AllPassed()
    {
        _answered = _batch;
        _tape?.Tell(new TapeMessage.Passed(_batch, _found.DrainToImmutable()));
    }

    private void HubReady(HubReply<TKey>.Ready ready)
    {
        var key = ready.Key;
        if (!_hubs.TryGetValue(key, out var hub) || hub.Actor != ready.Hub)
            return;     // it has ended, and what it says is not about its successor
        if (hub.WasReady)
        {
            foreach (var route in RoutesOf(key))
                Add(hub, route);
            if (hub.Owes)
                Answered(hub, default);
            if (hub.Followers == 0)
                Retire(key, hub);
        }
        hub.WasReady = true;
    }

    /// <summary>One that is still known did not leave because nobody follows: it was quarantined. Its clients would wait in vain, so they are closed.</summary>
    private void HubHasStopped(HubStopped stopped)
    {
        var hub = stopped.Hub;
        _names.Remove(hub.Name);
        if (!_hubs.TryGetValue(hub.Key, out var known) || known != hub)
            return;
        _hubs.Remove(hub.Key);
        report.Ended(InterestOf(hub.Key));
        foreach (var route in RoutesOf(hub.Key).ToList())
        {
            route.To.Session.Tell(new SessionMessage.Leave(CloseReason.Internal));
            _routes[route.Subscription] = (route, _routes[route.Subscription].Keys.Remove(hub.Key));     // it is no follower of the next hub
        }
        if (hub.Owes)
            Answered(hub, default);
    }

    // Looked for, not kept: hubs fail rarely, and there may be a million of them.
    private IEnumerable<Route> RoutesOf(TKey key) => _routes.Values.Where(one => one.Keys.Contains(key)).Select(static one => one.Route);
}
