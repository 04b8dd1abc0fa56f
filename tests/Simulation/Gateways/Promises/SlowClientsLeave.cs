using Oddswire.Simulation.Gateways.Clients;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Promises;

/// <summary>Guarantee 8: a client that leaves too much unread is closed as slow; nobody else is closed but for a stop that is planned.</summary>
internal sealed class SlowClientsLeave(GatewayWorkload gateways) : Promise(gateways)
{
    private const int PlannedStop = 1012;
    private const int Slow = 1013;

    private long Limit => Gateways.Shape.Sessions.OutboxBytes;

    internal override void On(Observation seen)
    {
        if (seen is not LinkObservation.Disconnected { Link: { Process.Alive: true } link } ended || link.LeftByClient)
            return;
        var code = link.ClosedWith;
        if (code == Slow ? link.MostOutstanding <= Limit && !link.HasPaused && !link.WasOvertaken : code != PlannedStop && !link.HasPaused && !link.Process.Stopping && link.Process.WokeAt is null)
            Broken(Guarantee.SlowClients, $"{ended.Client} is closed with {code}, and it read what it got: at most {link.MostOutstanding} of {Limit} bytes were unread");
    }

    internal override void Quiet()
    {
        foreach (var client in Gateways.Clients)
        {
            if (client.Link is { Process: { Alive: true, Paused: false }, ClosedWith: null } link && link.Outstanding > Limit)
                Broken(Guarantee.SlowClients, $"{client} leaves {link.Outstanding} bytes unread, {Limit} are allowed, and it is not closed");
        }
    }
}
