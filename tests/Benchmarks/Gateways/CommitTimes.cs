using System.Globalization;

namespace Oddswire.Benchmarks.Gateways;

/// <summary>How long the store of a gateway took to commit, from the histogram on its operations port.</summary>
internal sealed class CommitTimes
{
    private const string Bucket = "oddswire_tape_commit_seconds_bucket{le=\"";

    private readonly IReadOnlyList<(double Bound, double Count)> _buckets;

    private CommitTimes(IReadOnlyList<(double Bound, double Count)> buckets) => _buckets = buckets;

    internal static async Task<CommitTimes> Read(Peer gateway)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{gateway.Operations}/metrics"));
        return new CommitTimes([.. metrics.Split('\n').Where(static line => line.StartsWith(Bucket, StringComparison.Ordinal)).Select(BucketOf)]);
    }

    internal CommitTimes Since(CommitTimes before) => new([.. _buckets.Select((bucket, at) =>
        bucket with { Count = bucket.Count - (at < before._buckets.Count ? before._buckets[at].Count : 0) })]);

    /// <summary>Within its bucket as if commits lay evenly there: no more exact than the buckets are narrow.</summary>
    internal double Micros(double share)
    {
        var wanted = share * _buckets[^1].Count;
        var (from, seen) = (0.0, 0.0);
        foreach (var (bound, count) in _buckets)
        {
            if (count >= wanted)
                return 1e6 * (double.IsInfinity(bound) || count == seen ? from : from + ((bound - from) * (wanted - seen) / (count - seen)));
            (from, seen) = (bound, count);
        }
        return 0;
    }

    private static (double Bound, double Count) BucketOf(string line)
    {
        var (bound, end) = (line[Bucket.Length..line.IndexOf('"', Bucket.Length)], line.LastIndexOf(' '));
        return (bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture), double.Parse(line[end..], CultureInfo.InvariantCulture));
    }
}
