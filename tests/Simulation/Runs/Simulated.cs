using System.Globalization;
using System.Reflection;
using Oddswire.Simulation.Planted;
using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Tallies;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Runs;

/// <summary>One seed from its beginning to its verdict.</summary>
internal sealed record Simulated(int Seed, ulong Hash, long Steps, Failure? Failure, string Shape)
{
    private static readonly TimeSpan Safety = TimeSpan.FromMinutes(10);

    /// <summary>In which everything has to come right again: a restart's backoff and an unlucky client take a minute each, a lease less.</summary>
    private static readonly TimeSpan Liveness = TimeSpan.FromMinutes(4);

    internal static Simulated Run(int seed, Plant plant, TextWriter? trace = null)
    {
        World? world = null;
        try
        {
            world = new World(seed, plant, trace, static world => [new TallyWorkload(world), new StageWorkload()]);
            world.Begin();
            world.Run(Safety);
            world.Heal();
            world.Run(Liveness);
            world.Check();
        }
        catch (Exception e)
        {
            // Whatever gets here would have torn down a thread of the pool.
            world?.Fail("NothingEscapes", e.ToString());
            if (world is null)
                throw;
        }
        finally
        {
            foreach (var process in world?.Processes ?? [])
                process.System.RootStopped();       // .NET keeps meters in a static list
        }
        return new Simulated(seed, world.Trace.Hash, world.Steps, world.Failure, world.ShapeAtStart);
    }

    internal string Report() => string.Create(CultureInfo.InvariantCulture, $"""
        SIMULATION FAILED  seed {Seed}  commit {Commit}  step {Failure!.Step:N0}  virtual {Failure.At:hh\:mm\:ss\.fff}
          {Failure.Invariant}  {Failure.What}
          world       {Shape}
          replay      tests/run simulation --seed {Seed} --trace           (at this commit)
        """);

    private static string Commit =>
        typeof(Simulated).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: >= 7 } hash]
            ? hash[..7] : "unknown";
}
