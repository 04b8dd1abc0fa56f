using Oddswire.Runtime;
using Oddswire.Runtime.Patterns;

namespace Oddswire.Simulation.Worlds;

/// <summary>What a world is busy with: actors that start with every process, and whoever talks to them from outside.</summary>
internal abstract class Workload
{
    /// <summary>Once, when the first processes are up.</summary>
    internal virtual void Begin() { }

    /// <summary>Runs in the new process.</summary>
    internal abstract void Boot(Process process);

    /// <summary>The process is told to stop; it is asked here before its actors are.</summary>
    internal virtual void Stopping(Process process) { }

    /// <summary>The process is no more.</summary>
    internal virtual void Ended(Process process) { }

    internal virtual void Heal() { }

    /// <summary>Whether one of its messages may end like this now.</summary>
    internal virtual bool Expects(Process process, DeadLetter letter) => false;

    /// <summary>Whether the failure is one that this work causes.</summary>
    internal virtual bool Expects(Exception cause) => false;

    /// <summary>Whether the failure may end a process.</summary>
    internal virtual bool ExpectsToEnd(Exception cause) => false;

    /// <summary>What has to be true of its own work in the end.</summary>
    internal virtual IEnumerable<Invariant> Invariants => [];
}

/// <summary>Something that must be true in every world. It hears what the taps saw and nothing from the code under test.</summary>
internal abstract class Invariant
{
    internal World World { get; set; } = null!;

    internal string Name => GetType().Name;

    internal virtual void On(Observation seen) { }

    /// <summary>Nothing is ready: everybody waits for the clock or for a port.</summary>
    internal virtual void Quiet() { }

    /// <summary>At the end, healed and settled.</summary>
    internal virtual void Check() { }

    protected void Fail(string what) => World.Fail(Name, what);
}
