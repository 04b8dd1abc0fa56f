using System.Globalization;
using Oddswire.Simulation.Runs;

namespace Oddswire.Simulation;

/// <summary>
/// <c>[--from S] [--seeds N]</c> runs seeds and the planted defects; <c>--seed N [--trace]</c> runs one; <c>--planted</c> the defects alone;
/// <c>--only nodes</c>, <c>gateway</c> or <c>books</c> one of the three worlds of each seed.
/// </summary>
public static class Program
{
    private const string Usage = "usage: simulation [--from S] [--seeds N] | --seed N [--trace] | --planted   [--only nodes|gateway|books]";

    public static async Task<int> Main(string[] args)
    {
        if (Options.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        if (options.HashesOnly)
        {
            Repeats.Print(options.From, options.Seeds, options.Kind);
            return 0;
        }
        if (options.Seed is { } seed)
            return One(seed, options);
        var failed = options.PlantedOnly ? 0 : await new Batch(options.From, options.Seeds, options.Kind).Run();
        var missed = PlantedRuns.Run();
        Console.WriteLine($"{(options.PlantedOnly ? missed : options.Seeds)} seeds, {failed + missed} failed");
        return failed + missed == 0 ? 0 : 1;
    }

    private static int One(int seed, Options options)
    {
        var run = Simulated.Run(seed, options.Kind, options.Trace ? Console.Out : null);
        Console.WriteLine(run.Failure is null
            ? string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {run.Shape}\n{run.Steps:N0} steps, trace {run.Hash:x16}")
            : run.Report());
        Console.WriteLine($"1 seeds, {(run.Failure is null ? 0 : 1)} failed");
        return run.Failure is null ? 0 : 1;
    }
}
