using System.Globalization;
using System.Text;

namespace Oddswire.Host.Operations;

/// <summary>A histogram as Prometheus has it: each bucket counts what is at most its bound.</summary>
internal sealed class Buckets(IReadOnlyList<double> bounds)
{
    private readonly long[] _counts = new long[bounds.Count];
    private long _count;
    private double _sum;

    internal void Add(double value)
    {
        for (var at = 0; at < bounds.Count; at++)
        {
            if (value <= bounds[at])
                _counts[at]++;
        }
        _count++;
        _sum += value;
    }

    internal void Write(string name, StringBuilder text)
    {
        for (var at = 0; at < bounds.Count; at++)
            text.AppendLine(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{bounds[at]}\"}} {_counts[at]}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"+Inf\"}} {_count}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{name}_sum {_sum}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{name}_count {_count}");
    }
}
