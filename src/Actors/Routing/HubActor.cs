using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Routing;

/// <summary>To the hub of one wallet or market.</summary>
internal abstract record HubCommand
{
    /// <summary>These places of the batch are yours: say who wants them.</summary>
    internal sealed record Pass(Batch Batch, ImmutableArray<int> Places) : HubCommand;

    internal sealed record Add(Route Route, long Change) : HubCommand;

    internal sealed record Remove(SubscriptionId Subscription, long Change) : HubCommand;

    /// <summary>Nobody follows it any more. A message, for it comes behind those by which they left.</summary>
    internal sealed record End : HubCommand;
}

/// <summary>A hub's answer to its directory.</summary>
internal abstract record HubReply<TKey>(TKey Key)
{
    /// <summary>Started, without routes; after a restart the directory leaves them again.</summary>
    internal sealed record Ready(TKey Key, ActorRef<HubCommand> Hub) : HubReply<TKey>(Key);

    /// <summary>What was told up to this change is in place.</summary>
    /// <param name="Sole">Who alone follows it now and wants all that comes here: the way to it is left with the directory, which need not ask.</param>
    internal sealed record Settled(TKey Key, long Change, Route? Sole) : HubReply<TKey>(Key);

    /// <param name="Found">The hub's own room, until it is given the next batch: that is when all have looked at this one, and all sessions were told.</param>
    internal sealed record Passed(TKey Key, long Batch, ReadOnlyMemory<Found> Found) : HubReply<TKey>(Key);
}

/// <summary>Everybody who follows one wallet or one market, on this node. It holds routes as data and finds what of a batch is for each.</summary>
internal sealed class HubActor<TKey>(TKey key, ActorRef<HubReply<TKey>> directory) : Actor<HubCommand>
{
    private OftenOne<SubscriptionId, Follower> _followers;
    private Found[] _found = [];

    /// <param name="WantsAll">All that comes here is wanted, and the filter need not be asked.</param>
    private readonly record struct Follower(Route Route, bool WantsAll);

    protected override ValueTask PreStart()
    {
        directory.Tell(new HubReply<TKey>.Ready(key, Self));
        return default;
    }

    protected override ValueTask Receive(HubCommand command)
    {
        switch (command)
        {
            case HubCommand.Pass pass:
                directory.Tell(new HubReply<TKey>.Passed(key, pass.Batch.Number, Find(pass)));
                break;
            case HubCommand.Add add:
                _followers.Set(add.Route.Subscription, new(add.Route, OrderFilterPlace.Of(add.Route.Filter).IsWhole));
                Settled(add.Change);
                break;
            case HubCommand.Remove remove:
                _followers.Remove(remove.Subscription, out _);
                _found = [];        // it keeps nobody who has left
                Settled(remove.Change);
                break;
            case HubCommand.End:
                StopSelf();
                break;
            default:
                Unhandled(command);
                break;
        }
        return default;
    }

    private void Settled(long change)
    {
        Route? sole = null;
        if (_followers.Count == 1)
        {
            foreach (var (route, wantsAll) in _followers)
                sole = wantsAll ? route : null;
        }
        directory.Tell(new HubReply<TKey>.Settled(key, change, sole));
    }

    private ReadOnlyMemory<Found> Find(HubCommand.Pass pass)
    {
        if (_found.Length < _followers.Count)
            _found = new Found[Math.Max(_followers.Count, 2 * _found.Length)];
        var count = 0;
        foreach (var (route, wantsAll) in _followers)
        {
            var places = wantsAll ? pass.Places : Matching(route, pass);
            if (!places.IsEmpty)
                _found[count++] = new Found(route, places);
        }
        return _found.AsMemory(0, count);
    }

    /// <summary>Who wants all of it after all gets it as it is.</summary>
    private static ImmutableArray<int> Matching(Route route, HubCommand.Pass pass)
    {
        var matching = 0;
        foreach (var place in pass.Places)
        {
            if (route.Filter.Matches(pass.Batch.Entries[place].Fill))
                matching++;
        }
        if (matching == pass.Places.Length)
            return pass.Places;
        return matching == 0 ? [] : pass.Places.RemoveAll(place => !route.Filter.Matches(pass.Batch.Entries[place].Fill));
    }
}
