using Oddswire.Benchmarks.Measuring;
using Oddswire.Benchmarks.Runtime;
using Oddswire.Benchmarks.Store;

namespace Oddswire.Benchmarks;

/// <summary>
/// A plain harness, no BenchmarkDotNet: what counts is the ratio of two ways to do a job, and only rounds that alternate
/// in one process share the machine's moods.
/// </summary>
public static class Program
{
    private const string Usage = "usage: Benchmarks runtime|store [--quick] [--json] [--save=FILE] [--only=PART]\n       PART: of the name of a row of runtime; recovery or latency of store";

    private const string Only = "--only=";
    private const string Save = "--save=";

    public static async Task<int> Main(string[] args)
    {
        var options = args.Where(arg => arg.StartsWith('-')).ToArray();
        var known = options.All(static option => option is "--quick" or "--json" || option.StartsWith(Only, StringComparison.Ordinal) || option.StartsWith(Save, StringComparison.Ordinal));
        if (!known || args.Except(options).ToArray() is not [("runtime" or "store") and var suite])
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var quick = options.Contains("--quick");
        var rows = suite == "store" ? await new StoreSuite(quick, Value(options, Only)).Run() : await new RuntimeSuite(quick, Value(options, Only)).Run();
        if (options.Contains("--json"))
            Report.Json(suite, rows, Console.Out);
        else
            Report.Table(rows);
        if (Value(options, Save) is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            await using var to = File.CreateText(file);
            Report.Json(suite, rows, to);
        }
        return rows.Any(row => row.Passed == false) ? 1 : 0;
    }

    private static string? Value(string[] options, string name) => options.FirstOrDefault(option => option.StartsWith(name, StringComparison.Ordinal))?[name.Length..];
}
