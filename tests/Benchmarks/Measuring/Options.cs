namespace Oddswire.Benchmarks.Measuring;

/// <summary>A command line of words, --flags and --names=values.</summary>
internal sealed class Options(string[] args)
{
    internal string[] Words { get; } = [.. args.Where(static arg => !arg.StartsWith('-'))];

    internal bool Has(string flag) => args.Contains(flag);

    internal string? Value(string name) => args.FirstOrDefault(arg => arg.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>There is none beside these.</summary>
    internal bool Are(params string[] names) => args.Where(static arg => arg.StartsWith('-')).All(arg => names.Contains(arg.Split('=')[0]));
}
