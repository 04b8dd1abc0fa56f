using Oddswire.Simulation.Invariants;
using Oddswire.Simulation.Planted;
using Oddswire.Simulation.Ports;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Worlds;

/// <summary>A promise that was broken: by which invariant, what, and when.</summary>
internal sealed record Failure(string Invariant, string What, long Step, TimeSpan At);

/// <summary>
/// Several nodes, the stores and clients between them, and everything that could differ between two runs: one thread, one clock,
/// one seed. Time moves only when nothing is ready. It shares nothing with other worlds.
/// </summary>
internal sealed class World
{
    private const long StepLimit = 20_000_000;

    // After the cure it takes so long until nobody stumbles over what had piled up.
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(2);

    private readonly Random _turns;
    private readonly Process[] _ready;
    private readonly Invariant[] _invariants;
    private readonly Disturbances _disturbances;
    private TimeSpan _healedAt;

    internal World(int seed, Plant plant, TextWriter? trace, Func<World, Workload[]> workloads, Func<Random, Shape> shape)
    {
        Seed = new Seed(seed);
        Plant = plant;
        Trace = new Trace(trace);
        Shape = shape(Seed.For("shape"));
        Database = new Database(this);
        Network = new Network(this);
        _turns = Seed.For("turns");
        _disturbances = new Disturbances(this);
        Nodes = [.. Enumerable.Range(1, Shape.Nodes).Select(number => new Node(this, number))];
        _ready = new Process[Nodes.Length];
        Workloads = workloads(this);
        ShapeAtStart = string.Join("; ", [.. Workloads.Select(workload => workload.ToString()), Shape.ToString()]);
        _invariants = [.. All.Invariants, .. Workloads.SelectMany(workload => workload.Invariants)];
        foreach (var invariant in _invariants)
            invariant.World = this;
    }

    internal Seed Seed { get; }
    internal Plant Plant { get; }
    internal Shape Shape { get; }
    internal string ShapeAtStart { get; }
    internal ManualClock Clock { get; } = new();
    internal Trace Trace { get; }
    internal Database Database { get; }
    internal Network Network { get; }
    internal Node[] Nodes { get; }
    internal Workload[] Workloads { get; }
    internal bool Healed { get; private set; }
    internal bool IsSettled => Healed && Clock.Elapsed > _healedAt + Aftermath;
    internal long Steps { get; private set; }
    internal Failure? Failure { get; private set; }

    internal IEnumerable<Process> Processes => Nodes.Select(node => node.Process).OfType<Process>();

    internal void Begin()
    {
        foreach (var node in Nodes)
            node.Start();
        foreach (var workload in Workloads)
            workload.Begin();
        _disturbances.Begin();
    }

    internal void Run(TimeSpan time)
    {
        var until = Clock.Elapsed + time;
        while (Failure is null)
        {
            if (Step())
            {
                _disturbances.StepTaken();
                if (Steps > StepLimit)
                    Fail("Quiescence", $"still busy after {Steps:N0} steps");
                continue;
            }
            if (_disturbances.StrikeNow())
                continue;
            foreach (var invariant in _invariants)
                invariant.Quiet();
            if (!Clock.FireNext(until))
                return;
            Trace.Note((ulong)Clock.Elapsed.Ticks);
        }
    }

    /// <summary>Faults end: everybody runs, everything answers. From here on all has to come right.</summary>
    internal void Heal()
    {
        Healed = true;
        _healedAt = Clock.Elapsed;
        Observe(new Observation.Disturbed("healed"));
        Shape.Heal();
        _disturbances.Heal();
        foreach (var node in Nodes)
        {
            if (node.Process is { Paused: true } process)
                process.Resume();
            node.Start();
        }
        foreach (var workload in Workloads)
            workload.Heal();
    }

    internal void Check()
    {
        foreach (var invariant in _invariants)
        {
            if (Failure is null)
                invariant.Check();
        }
    }

    internal void After(TimeSpan delay, Action then) =>
        Clock.CreateTimer(static action => ((Action)action!)(), then, delay, Timeout.InfiniteTimeSpan);

    internal void Booted(Process process) => process.Dispatcher.Enter(() =>
    {
        foreach (var workload in Workloads)
            workload.Boot(process);
    });

    internal void Stopping(Process process) => process.Dispatcher.Enter(() =>
    {
        foreach (var workload in Workloads)
            workload.Stopping(process);
    });

    internal void Ended(Process process)
    {
        foreach (var workload in Workloads)
            workload.Ended(process);
    }

    internal void Observe(Observation seen)
    {
        Trace.Note((ulong)seen.Mark);
        if (Trace.IsRead)
            Trace.Line(Clock.Elapsed, seen.ToString());
        foreach (var invariant in _invariants)
            invariant.On(seen);
    }

    /// <summary>The first one counts: the rest may follow from it.</summary>
    internal void Fail(string invariant, string what) => Failure ??= new Failure(invariant, what, Steps, Clock.Elapsed);

    private bool Step()
    {
        var ready = 0;
        foreach (var node in Nodes)
        {
            if (node.Process is { IsReady: true } process)
                _ready[ready++] = process;
        }
        if (ready == 0)
            return false;
        var chosen = _ready[_turns.Next(ready)];
        Steps++;
        chosen.Dispatcher.Step();
        Trace.Note(chosen.Dispatcher.Trace);
        return true;
    }
}
