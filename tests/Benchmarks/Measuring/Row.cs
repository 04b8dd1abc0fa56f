namespace Oddswire.Benchmarks.Measuring;

/// <summary>One line of the table. Without a target it only informs.</summary>
internal sealed record Row(string What, string Measured)
{
    public string Yardstick { get; init; } = "";
    public string Ratio { get; init; } = "";
    public string CpuEach { get; init; } = "";
    public string BytesEach { get; init; } = "";
    public string Target { get; init; } = "";
    public bool? Passed { get; init; }

    internal string Verdict => Passed switch { true => "PASS", false => "FAIL", null => "" };

    /// <summary>Median, lowest and highest.</summary>
    internal static string Spread(Series series, double unit = 1) =>
        $"{series.Median / unit:0.00} ({series.Min / unit:0.00}-{series.Max / unit:0.00})";
}
