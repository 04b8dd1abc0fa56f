using Oddswire.Runtime;
using Oddswire.Runtime.Leases;
using Oddswire.Runtime.Persistence;
using Oddswire.Simulation.Ports;
using Oddswire.TestKit;

namespace Oddswire.Simulation.Worlds;

/// <summary>One run of one node: an actor system with a ready list, a clock and ports of its own. When it has crashed, it is never stepped again.</summary>
internal sealed class Process
{
    private readonly Dictionary<ActorRef, Cell> _cells = [];
    private readonly List<string> _killed = [];

    internal Process(World world, Node node, int incarnation)
    {
        World = world;
        Node = node;
        Incarnation = incarnation;
        var name = $"{node.Name}#{incarnation}";
        Dispatcher = new SeededDispatcher(world.Seed.Fork($"{name} turns"));
        Clock = new NodeClock(this, world.Clock, node.Rate);
        Connection = new Connection(this, world.Seed.For($"{name} connection"));
        Leases = world.Plant.Leases(new SimLeases(this), Clock);
        System = new ActorSystem(new ActorSystemOptions
        {
            Name = node.Name,
            Node = world.Plant.Identity(new NodeId(node.Name, incarnation)),
            Time = Clock,
            Random = world.Seed.For($"{name} system"),
            Dispatcher = Dispatcher,
            Loggers = new LogTap(this),
            Supervision = world.Shape.Supervision,
            Journal = world.Plant.Journal(new SimJournal(this)),
            RecoveryParallelism = world.Shape.RecoveryParallelism,
            SampleEvery = TimeSpan.FromSeconds(30),
        });
        System.DeadLetters += letter => world.Observe(new Observation.Dead(this, letter));
    }

    internal World World { get; }
    internal Node Node { get; }
    internal int Incarnation { get; }
    internal SeededDispatcher Dispatcher { get; }
    internal NodeClock Clock { get; }
    internal Connection Connection { get; }
    internal ILeases Leases { get; }
    internal ActorSystem System { get; }

    internal bool Alive { get; private set; } = true;
    internal TimeSpan? EndedAt { get; private set; }
    internal bool Stopping { get; private set; }
    internal bool Paused { get; private set; }

    /// <summary>When it last went on after a pause, by the world's clock; and after one in which its own clock stood still.</summary>
    internal TimeSpan? WokeAt { get; private set; }
    internal TimeSpan? ThawedAt { get; private set; }

    internal bool IsReady => Alive && !Paused && Dispatcher.HasWork;

    internal IEnumerable<Cell> Cells => _cells.Values;

    internal Cell CellOf(ActorRef self)
    {
        if (!_cells.TryGetValue(self, out var cell))
            _cells[self] = cell = new Cell(this, self);
        return cell;
    }

    internal void Killed(string path) => _killed.Add(path);

    internal bool HasKilled(string path) =>
        _killed.Exists(killed => path == killed || path.StartsWith(killed + "/", StringComparison.Ordinal));

    internal void Post(Action work)
    {
        if (Alive)
            ((Runtime.Execution.Dispatcher)Dispatcher).Schedule(new Posted(work));
    }

    internal ITimer Every(TimeSpan period, Action work) => Clock.CreateTimer(_ => work(), null, period, period);

    internal void Pause(bool clockStands)
    {
        Paused = true;
        if (clockStands)
            Clock.Freeze();
    }

    internal void Resume()
    {
        Paused = false;
        WokeAt = World.Clock.Elapsed;
        if (Clock.Thaw())
            ThawedAt = WokeAt;
    }

    /// <summary>In good order, each actor with a deadline; then the process ends.</summary>
    internal void Stop(TimeSpan deadlineEach)
    {
        Stopping = true;
        World.Stopping(this);
        Post(() => _ = StopAndEnd(deadlineEach));
    }

    private async Task StopAndEnd(TimeSpan deadlineEach)
    {
        await System.Stop(deadlineEach);
        End(inGoodOrder: true);
    }

    /// <summary>Nothing of it runs any more; what it had not flushed is gone.</summary>
    internal void End(bool inGoodOrder)
    {
        if (!Alive)
            return;
        Alive = false;
        EndedAt = World.Clock.Elapsed;
        World.Observe(new Observation.Gone(this, inGoodOrder));
        World.Ended(this);
        System.RootStopped();       // .NET keeps meters in a static list, and a dead process has none
        Node.Ended(this);
    }

    public override string ToString() => $"{Node.Name}#{Incarnation}";

    private sealed class Posted(Action work) : IThreadPoolWorkItem
    {
        public void Execute() => work();
    }
}
