using System.Collections.Immutable;
using Oddswire.Messages.Feeds;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Liveness: when faults have ended, every feed is live again and every client is connected and has its subscriptions.</summary>
internal sealed class EverybodyIsServed(GatewayWorkload gateways) : Promise(gateways)
{
    // Before the last fills are made: a feed that hears of none becomes silent in the end.
    private static readonly TimeSpan LookAfter = TimeSpan.FromMinutes(2.4);

    private ImmutableArray<FeedStatus> _feeds = [];

    internal override void On(Worlds.Observation seen)
    {
        if (seen is Worlds.Observation.Disturbed { What: "healed" })
            World.After(LookAfter, Look);
    }

    internal override void Check()
    {
        if (_feeds.IsEmpty)
            Broken(Guarantee.Liveness, "there is no gateway that says how its feeds are");
        foreach (var feed in _feeds.Where(static feed => feed.State != FeedState.Live))
            Broken(Guarantee.Liveness, $"{feed.Name} is {feed.State}: {string.Join(", ", feed.Connections.Select(static one => one.LastError))}");
        foreach (var client in Gateways.Clients.Where(static client => !client.IsServed))
            Broken(Guarantee.Liveness, $"{client} has not got back what it wants");
    }

    private void Look()
    {
        if (Gateways.Open is { } gateway)
            gateway.Process.Post(() => _ = Ask(gateway));
    }

    private async Task Ask(Gateway gateway)
    {
        try
        {
            _feeds = await gateway.Process.System.Ask<FeedsMessage, ImmutableArray<FeedStatus>>(
                gateway.Topology.Feeds, static reply => new FeedsMessage.GetStatus(reply), TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            // the check says so
        }
    }
}
