namespace Oddswire.Simulation.Worlds;

/// <summary>A machine of the cluster. It runs one process at a time, and starts another some time after one has ended.</summary>
internal sealed class Node
{
    private readonly World _world;
    private readonly Random _random;
    private int _incarnations;

    internal Node(World world, int number)
    {
        _world = world;
        Number = number;
        Name = $"n{number}";
        _random = world.Seed.For(Name);
        Rate = 1 + _random.LogUniform(0.00001, 0.01) * (_random.Chance(0.5) ? 1 : -1);
    }

    internal int Number { get; }
    internal string Name { get; }

    /// <summary>Seconds of its clock in a second of the world.</summary>
    internal double Rate { get; }
    internal Process? Process { get; private set; }

    internal void Start()
    {
        if (Process is not null)
            return;
        Process = new Process(_world, this, ++_incarnations);
        _world.Observe(new Observation.Started(Process));
        _world.Booted(Process);
    }

    internal void Ended(Process process)
    {
        if (Process != process)
            return;
        Process = null;
        _world.After(_world.Healed ? TimeSpan.Zero : _random.Seconds(0, 20), Start);
    }
}
