using Oddswire.Benchmarks.Gateways;
using Oddswire.Benchmarks.Measuring;
using Oddswire.Benchmarks.Peers.Kestrel;
using Oddswire.Benchmarks.Runtime;
using Oddswire.Benchmarks.Stages;

namespace Oddswire.Benchmarks;

/// <summary>
/// A plain harness, no BenchmarkDotNet: what counts is the ratio of two ways to do a job, and only rounds that alternate
/// share the machine's moods.
/// </summary>
public static class Program
{
    private const string Usage = """
        usage: Benchmarks runtime [--quick] [--json] [--only=PART-OF-A-ROW'S-NAME]
               Benchmarks stages [--quick] [--json]
               Benchmarks gateways [--quick] [--rounds=N] [--only=NAME,NAME]    from the root of the repository; tests/run bench prepares it
        """;

    private const string Folder = "artifacts/bench";

    public static async Task<int> Main(string[] args)
    {
        var options = new Options(args);
        switch (options.Words)
        {
            case ["runtime"] when options.Are("--quick", "--json", "--only"):
                return await Runtime(options);
            case ["stages"] when options.Are("--quick", "--json"):
                return Print("stages", await new StageSuite(options.Has("--quick")).Run(), options);
            case ["gateways"] when options.Are("--quick", "--rounds", "--only"):
                return await Gateways(options);
            case ["kestrel", var port, var upstream]:
                await KestrelPeer.Run(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), new Uri(upstream));
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static async Task<int> Runtime(Options options)
    {
        var rows = await new RuntimeSuite(quick: options.Has("--quick"), only: options.Value("--only")).Run();
        return Print("runtime", rows, options);
    }

    private static int Print(string suite, IReadOnlyList<Row> rows, Options options)
    {
        if (options.Has("--json"))
            Report.Json(suite, rows);
        else
            Report.Table(rows);
        return Verdict(rows);
    }

    private static async Task<int> Gateways(Options options)
    {
        var effort = options.Has("--quick") ? Effort.Quick : Effort.Full;
        if (options.Value("--rounds") is { } rounds)
            effort = effort with { Rounds = int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture) };
        var only = options.Value("--only")?.Split(',').ToHashSet() ?? [];
        var standing = await new GatewaySuite(Folder, effort, only).Run(Console.Error.WriteLine);
        var targets = new Targets(standing).Rows();
        GatewayReport.Write(Folder, standing, targets, effort);
        return standing.Runs.Any(static run => run.Gaps > 0 || run.Lost > 0) ? 1 : Verdict(targets);
    }

    private static int Verdict(IReadOnlyList<Row> rows) => rows.Any(static row => row.Passed == false) ? 1 : 0;
}
