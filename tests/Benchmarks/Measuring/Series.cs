namespace Oddswire.Benchmarks.Measuring;

/// <summary>The rounds of one contestant. Median, because a busy machine spoils means and the best round is luck.</summary>
internal sealed class Series(IReadOnlyList<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    internal double Median => _sorted[_sorted.Length / 2];
    internal double Min => _sorted[0];
    internal double Max => _sorted[^1];

    /// <summary>Round by round, so that a mood of the machine that lasts for two neighbours is not in the ratio.</summary>
    internal Series Over(Series other) => new([.. values.Zip(other.Values, static (a, b) => a / b)]);

    private IReadOnlyList<double> Values => values;
}
