using System.Globalization;
using System.Reflection;
using Oddswire.Simulation.Books;
using Oddswire.Simulation.Gateways;
using Oddswire.Simulation.Planted;
using Oddswire.Simulation.Stage;
using Oddswire.Simulation.Tallies;
using Oddswire.Simulation.Worlds;

namespace Oddswire.Simulation.Runs;

/// <summary>Which of a seed's worlds are run.</summary>
internal enum Kind { All, Nodes, Gateway, Books }

/// <summary>One seed from its beginning to its verdict.</summary>
internal sealed record Simulated(int Seed, ulong Hash, long Steps, Failure? Failure, string Shape)
{
    private static readonly TimeSpan Safety = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan GatewaySafety = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan BooksSafety = TimeSpan.FromMinutes(3);

    /// <summary>In which everything has to come right again: a restart's backoff and an unlucky client take a minute each, a lease less.</summary>
    private static readonly TimeSpan Liveness = TimeSpan.FromMinutes(4);

    // A world of order books has more messages than many others together.
    private const int BooksEvery = 5;

    /// <summary>A seed is two worlds, nodes that share a store and a gateway between its venues and its clients; and each fifth is one of order books too.</summary>
    internal static Simulated Run(int seed, Kind kind, TextWriter? trace = null) => kind switch
    {
        Kind.Nodes => Nodes(seed, Plant.None, trace),
        Kind.Gateway => Gateway(seed, Plant.None, trace),
        Kind.Books => Books(seed, Plant.None, trace),
        _ when seed % BooksEvery == 0 => Nodes(seed, Plant.None, trace).And(() => Gateway(seed, Plant.None, trace)).And(() => Books(seed, Plant.None, trace)),
        _ => Nodes(seed, Plant.None, trace).And(() => Gateway(seed, Plant.None, trace)),
    };

    internal static Simulated Nodes(int seed, Plant plant, TextWriter? trace = null) => Play(
        seed, () => new World(seed, plant, trace, static world => [new TallyWorkload(world), new StageWorkload(world)], Worlds.Shape.OfNodes), Safety);

    internal static Simulated Gateway(int seed, Plant plant, TextWriter? trace = null) => Play(
        seed, () => new World(seed, plant, trace, static world => [new GatewayWorkload(world, GatewayShape.Drawn(world.Seed.For("gateway"), world.Seed.Number))], Worlds.Shape.OfGateway), GatewaySafety);

    internal static Simulated Books(int seed, Plant plant, TextWriter? trace = null) => Play(
        seed, () => new World(seed, plant, trace, static world => [new BookWorkload(world, BookShape.Drawn(world.Seed.For("books"), world.Seed.Number))], Worlds.Shape.OfBooks), BooksSafety);

    private Simulated And(Func<Simulated> next)
    {
        if (Failure is not null)
            return this;
        var other = next();
        return other with { Hash = Hash ^ (other.Hash * 31), Steps = Steps + other.Steps, Shape = other.Failure is null ? $"{Shape}\n{other.Shape}" : other.Shape };
    }

    private static Simulated Play(int seed, Func<World> make, TimeSpan safety)
    {
        World? world = null;
        try
        {
            world = make();
            world.Begin();
            world.Run(safety);
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
