using Oddswire.Actors.Ports;
using Oddswire.Actors.Sessions;
using Oddswire.Messages.Sessions;
using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Gateways.Clients;

/// <summary>A program of a user's, outside of the gateway, with one socket at a time: it comes, leaves, is thrown out, and comes back.</summary>
internal abstract class Visitor(World world, Func<Gateway?> open, Random random)
{
    private bool _isAway = true;

    internal SimLink? Link { get; private set; }
    internal bool IsReading { get; private set; } = true;

    protected World World => world;
    protected Random Random => random;

    /// <summary>What is asked of the gateway's sessions to be let in.</summary>
    protected abstract Accept Knock(IClientConnection link, ActorRef<ActorRef<SessionMessage>> reply);

    /// <summary>It is in: the socket is <see cref="Link"/>.</summary>
    protected abstract void Entered(SimLink link);

    protected abstract void Heard(Arrival.Frame frame);

    /// <summary>The socket is gone; it comes back by itself.</summary>
    protected abstract void Ended(SimLink link, int? code);

    /// <summary>On a socket that it uses no more, and that is still open.</summary>
    protected virtual void HeardOn(SimLink older, Arrival arrival) { }

    internal void Come()
    {
        _isAway = false;
        Connect();
    }

    /// <summary>It comes back by itself after a while, unless it is to stay away.</summary>
    internal void Leave(bool vanishes, bool comesBack = true)
    {
        _isAway = !comesBack;
        if (Link is not { } link)
            return;
        link.Leave(vanishes);
        End(link, null);
    }

    internal void Read(bool on)
    {
        IsReading = on;
        Link?.Read(on);
    }

    internal virtual void Died(Process process)
    {
        if (Link?.Process == process)
            Link.Died();
    }

    /// <summary>It goes on over a new socket, and leaves the old one open.</summary>
    protected void GoOnElsewhere()
    {
        Link = null;
        Connect();
    }

    private void Connect()
    {
        if (_isAway || Link is not null)
            return;
        if (open() is not { } gateway)
        {
            world.After(random.Seconds(0.2, 3), Connect);
            return;
        }
        SimLink link = null!;
        Link = link = new SimLink(gateway.Process, random, arrival => Arrive(link, arrival));
        link.Read(IsReading);
        gateway.Process.Post(() => _ = Enter(gateway, link));
    }

    private async Task Enter(Gateway gateway, SimLink link)
    {
        try
        {
            link.Session = await gateway.Process.System.Ask<SessionsMessage, ActorRef<SessionMessage>>(
                gateway.Topology.Sessions!, reply => Knock(world.Plant.Link(link), reply), TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            link.Abort();
            return;
        }
        if (Link == link)
            Entered(link);
    }

    private void Arrive(SimLink link, Arrival arrival)
    {
        if (link != Link)
        {
            HeardOn(link, arrival);
            return;
        }
        switch (arrival)
        {
            case Arrival.Frame frame:
                Heard(frame);
                break;
            case Arrival.Closed closed:
                End(link, closed.Code);
                break;
            case Arrival.Dropped:
                End(link, null);
                break;
        }
    }

    private void End(SimLink link, int? code)
    {
        Link = null;
        Ended(link, code);
        world.After(random.Seconds(0.1, 5), Connect);
    }
}
