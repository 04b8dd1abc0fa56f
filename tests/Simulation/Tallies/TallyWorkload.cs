using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Patterns;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Tallies;

/// <summary>Event-sourced singletons under leases, and clients that drive them.</summary>
internal sealed class TallyWorkload(World world) : Workload
{
    private readonly Random _random = world.Seed.For("tallies");
    private readonly Dictionary<(Process Process, string Resource), ActorRef<TallyMessage>> _doors = [];

    internal string[] Resources { get; } = [.. Enumerable.Range(1, world.Shape.Tallies).Select(number => $"tally-{number}")];

    internal List<Client> Clients { get; } = [];

    internal override bool Expects(Process process, DeadLetter letter) => letter.Message switch
    {
        TallyMessage when letter.Reason is "runs on another node" => true,
        _ when world.IsSettled => false,
        TallyMessage => letter.Reason is "stopped" or "killed" or "failed" or "too many wait",
        TallyReply => letter.Reason is "late reply",
        SingletonMessage<TallyMessage> => letter.Reason is "failed" || (letter.Reason is "stopped" or "killed" && process.Stopping),
        _ => false,
    };

    internal override IEnumerable<Invariant> Invariants =>
    [
        new ReplayEqualsState(), new DurableBeforeVisible(), new ConflictsAreReal(), new NoOverlap(), new CommandsOnce(),
        new AuditedRecovery(this), new Convergence(this),
    ];

    public override string ToString() => $"{world.Shape.Tallies} tallies, {world.Shape.Clients} clients";

    internal ActorRef<TallyMessage>? On(Process process, string resource) => _doors.GetValueOrDefault((process, resource));

    internal override void Begin()
    {
        for (var number = 1; number <= world.Shape.Clients; number++)
            Clients.Add(new Client(world, this, number));
    }

    internal override void Boot(Process process)
    {
        foreach (var resource in Resources)
        {
            var singleton = new Singleton<TallyMessage>(resource, process.Leases, fence => Entity(process, fence))
            {
                Exclusive = world.Shape.Exclusive,
                Waiting = 50,
            };
            _doors[(process, resource)] = singleton.Spawn(process.System, resource);
        }
    }

    /// <summary>Sometimes it throws: then the singleton itself fails and starts anew.</summary>
    private Props<TallyMessage> Entity(Process process, Fence fence) => _random.Chance(world.Shape[Fault.PlannedFailure])
        ? throw new PlannedFailureException().In(process)
        : Props.Of(() => world.Plant.Tally(process, fence));

    internal override void Heal() => world.After(TimeSpan.FromMinutes(1), () =>
    {
        foreach (var client in Clients)
            client.Finishing = true;
    });
}
