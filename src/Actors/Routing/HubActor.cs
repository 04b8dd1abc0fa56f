using System.Collections.Immutable;
using Oddswire.Messages.Hubs;
using Oddswire.Messages.Sessions;
using Oddswire.Messages.Values;
using Oddswire.Runtime;

namespace Oddswire.Actors.Routing;

/// <summary>To the hub of one wallet or market.</summary>
internal abstract record HubCommand
{
    /// <summary>These places of the batch are yours: pass them on, and say so.</summary>
    internal sealed record Pass(Batch Batch, ImmutableArray<int> Places) : HubCommand;

    internal sealed record Add(Route Route) : HubCommand;

    internal sealed record Remove(SubscriptionId Subscription) : HubCommand;
}

/// <summary>A hub's answer to its directory.</summary>
internal abstract record HubReply<TKey>(TKey Key)
{
    /// <summary>Started, without routes; after a restart the directory leaves them again.</summary>
    internal sealed record Ready(TKey Key) : HubReply<TKey>(Key);

    internal sealed record Passed(TKey Key, long Batch, ImmutableArray<ActorRef<SessionMessage>> Touched) : HubReply<TKey>(Key);
}

/// <summary>Everybody who follows one wallet or one market, on this node. It holds routes as data and sends each its share.</summary>
internal sealed class HubActor<TKey>(TKey key, ActorRef<HubReply<TKey>> directory) : Actor<HubCommand>
{
    private readonly Dictionary<SubscriptionId, Route> _routes = [];

    protected override ValueTask PreStart()
    {
        directory.Tell(new HubReply<TKey>.Ready(key));
        return default;
    }

    protected override ValueTask Receive(HubCommand command)
    {
        switch (command)
        {
            case HubCommand.Pass pass:
                directory.Tell(new HubReply<TKey>.Passed(key, pass.Batch.Number, PassOn(pass)));
                break;
            case HubCommand.Add add:
                _routes[add.Route.Subscription] = add.Route;
                break;
            case HubCommand.Remove remove:
                _routes.Remove(remove.Subscription);
                break;
            default:
                Unhandled(command);
                break;
        }
        return default;
    }

    private ImmutableArray<ActorRef<SessionMessage>> PassOn(HubCommand.Pass pass)
    {
        var touched = ImmutableArray.CreateBuilder<ActorRef<SessionMessage>>(_routes.Count);
        foreach (var route in _routes.Values)
        {
            var places = Matching(route, pass);
            if (places.IsEmpty)
                continue;
            route.Session.Tell(new SessionMessage.Share(pass.Batch, route.Subscription, places));
            touched.Add(route.Session);
        }
        return touched.DrainToImmutable();
    }

    /// <summary>Most routes want all of it, and then nothing is copied.</summary>
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
