using Oddswire.Runtime;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>
/// Outside of all nodes: sends one command at a time and repeats it, with the same id, at one node after the other until it is acknowledged.
/// </summary>
internal sealed class Client
{
    private readonly World _world;
    private readonly TallyWorkload _tallies;
    private readonly Random _random;
    private readonly bool _asks;
    private readonly int _number;
    private long _commands;
    private string _resource = "";
    private TallyMessage.Add? _open;
    private ITimer? _patience;
    private int _node;

    internal Client(World world, TallyWorkload tallies, int number)
    {
        _world = world;
        _tallies = tallies;
        _number = number;
        _random = world.Seed.For($"client {number}");
        _asks = _random.Chance(0.5);
        Next();
    }

    internal List<(string Resource, long Id)> Acknowledged { get; } = [];

    internal (string Resource, long Id)? Open => _open is null ? null : (_resource, _open.Id);

    /// <summary>Issues nothing new any more; what is open is brought to its end.</summary>
    internal bool Finishing { get; set; }

    private void Next() => _world.After(_random.Seconds(0.1, 4), () =>
    {
        if (Finishing)
            return;
        _resource = _random.Pick(_tallies.Resources);
        var id = (_number * 1_000_000L) + ++_commands;
        _open = new TallyMessage.Add(id, [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => _random.Next(-100, 100))], null!);
        Send();
    });

    private void Send()
    {
        var (resource, add) = (_resource, _open!);
        if (_random.Chance(0.3))
            _node = _random.Next(_world.Nodes.Length);
        _world.Network.ToNode(_world.Nodes[_node], process => Arrive(process, resource, add));
        if (_random.Chance(0.2))
            _world.Network.ToNode(_world.Nodes[_node], process => Look(process, resource));
        if (_random.Chance(_world.Shape[Fault.PlannedFailure] / 2))
            _world.Network.ToNode(_world.Nodes[_node], process => _tallies.On(process, resource)?.Tell(new TallyMessage.Fail()));
        _patience?.Dispose();
        _patience = _world.Clock.CreateTimer(_ => Retry(), null, _random.Seconds(1, 6), Timeout.InfiniteTimeSpan);
    }

    private void Retry()
    {
        if (_open is null)
            return;
        _node = (_node + 1) % _world.Nodes.Length;
        Send();
    }

    /// <summary>The end of the line inside a node. Half of the clients use a reply address, half of them the system's ask.</summary>
    private void Arrive(Process process, string resource, TallyMessage.Add add)
    {
        if (_tallies.On(process, resource) is not { } tally)
            return;
        if (_asks)
            _ = Ask(process, tally, resource, add);
        else
            tally.Tell(add with { ReplyTo = new VisibleRef(process, resource, Return) });
    }

    private async Task Ask(Process process, ActorRef<TallyMessage> tally, string resource, TallyMessage.Add add)
    {
        try
        {
            Return(await process.System.Ask<TallyMessage, TallyReply>(
                tally, to => add with { ReplyTo = new VisibleRef(process, resource, to.Tell) }, TimeSpan.FromSeconds(4)));
        }
        catch (TimeoutException)
        {
            // the client repeats it
        }
    }

    private void Look(Process process, string resource) =>
        _tallies.On(process, resource)?.Tell(new TallyMessage.Read(new VisibleRef(process, resource, static _ => { })));

    private void Return(TallyReply reply) => _world.Network.ToClient(() =>
    {
        if (reply is not TallyReply.Ack ack || ack.Id != _open?.Id)
            return;     // an answer to something acknowledged before
        Acknowledged.Add((_resource, ack.Id));
        _open = null;
        _patience?.Dispose();
        Next();
    });
}
