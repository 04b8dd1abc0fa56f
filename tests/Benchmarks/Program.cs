using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Oddswire.Benchmarks.Gateways;
using Oddswire.Benchmarks.Measuring;
using Oddswire.Benchmarks.Peers.Kestrel;
using Oddswire.Benchmarks.Runtime;
using Oddswire.Benchmarks.Stages;
using Oddswire.Benchmarks.Store;

namespace Oddswire.Benchmarks;

/// <summary>
/// A plain harness, no BenchmarkDotNet: what counts is the ratio of two ways to do a job, and only rounds that alternate
/// share the machine's moods.
/// </summary>
public static class Program
{
    private const string Usage = """
        usage: Benchmarks runtime|store|stages|growth [--quick] [--json] [--save=FILE] [--only=PART]
                   PART: of the name of a row of runtime; recovery, tape or latency of store;
                   clients, subscriptions or wallets of growth
               Benchmarks gateways [--quick] [--rounds=N] [--only=NAME,NAME]
                   from the root of the repository; tests/run bench puts its peers into artifacts/bench
        """;

    private const string Folder = "artifacts/bench";

    public static async Task<int> Main(string[] args)
    {
        var options = new Options(args);
        var (quick, only) = (options.Has("--quick"), options.Value("--only"));
        switch (options.Words)
        {
            case ["runtime" or "store" or "stages" or "growth"] when options.Are("--quick", "--json", "--save", "--only"):
                return await Print(options, options.Words[0] switch
                {
                    "runtime" => await new RuntimeSuite(quick, only).Run(),
                    "store" => await new StoreSuite(quick, only).Run(),
                    "stages" => await new StageSuite(quick).Run(),
                    _ => await new GrowthSuite(quick, only).Run(),
                });
            case ["gateways"] when options.Are("--quick", "--rounds", "--only"):
                return await Gateways(options);
            case ["kestrel", var port, var upstream, .. var identity]:
                using (var certificate = identity is [var file, var key] ? X509Certificate2.CreateFromPemFile(file, key) : null)
                    await KestrelPeer.Run(int.Parse(port, CultureInfo.InvariantCulture), new Uri(upstream), certificate);
                return 0;
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static async Task<int> Print(Options options, IReadOnlyList<Row> rows)
    {
        var suite = options.Words[0];
        if (options.Has("--json"))
            Report.Json(suite, rows, Console.Out);
        else
            Report.Table(rows);
        if (options.Value("--save") is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            await using var to = File.CreateText(file);
            Report.Json(suite, rows, to);
        }
        return Verdict(rows);
    }

    private static async Task<int> Gateways(Options options)
    {
        var effort = options.Has("--quick") ? Effort.Quick : Effort.Full;
        if (options.Value("--rounds") is { } rounds)
            effort = effort with { Rounds = int.Parse(rounds, CultureInfo.InvariantCulture) };
        var only = options.Value("--only")?.Split(',').ToHashSet() ?? [];
        var standing = await new GatewaySuite(Folder, effort, only).Run(Console.Error.WriteLine);
        IReadOnlyList<Row> targets = [.. new Targets(standing, effort).Rows(), new StageSuite(options.Has("--quick")).Books().First()];
        GatewayReport.Write(Folder, standing, targets, effort);
        return standing.Runs.Any(static run => run.Gaps > 0 || run.Lost > 0) ? 1 : Verdict(targets);
    }

    private static int Verdict(IReadOnlyList<Row> rows) => rows.Any(static row => row.Passed == false) ? 1 : 0;
}
