using Oddswire.Benchmarks.Measuring;
using Oddswire.Benchmarks.Runtime;

namespace Oddswire.Benchmarks;

/// <summary>
/// A plain harness, no BenchmarkDotNet: what counts is the ratio of two ways to do a job, and only rounds that alternate
/// in one process share the machine's moods.
/// </summary>
public static class Program
{
    private const string Usage = "usage: Benchmarks runtime [--quick] [--json] [--only=PART-OF-A-ROW'S-NAME]";

    private const string Only = "--only=";

    public static async Task<int> Main(string[] args)
    {
        var options = args.Where(arg => arg.StartsWith('-')).ToArray();
        if (!args.Except(options).SequenceEqual(["runtime"]) || options.Except(["--quick", "--json"]).Any(static option => !option.StartsWith(Only, StringComparison.Ordinal)))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var rows = await new RuntimeSuite(
            quick: options.Contains("--quick"),
            only: options.FirstOrDefault(static option => option.StartsWith(Only, StringComparison.Ordinal))?[Only.Length..]).Run();
        if (options.Contains("--json"))
            Report.Json("runtime", rows);
        else
            Report.Table(rows);
        return rows.Any(row => row.Passed == false) ? 1 : 0;
    }
}
