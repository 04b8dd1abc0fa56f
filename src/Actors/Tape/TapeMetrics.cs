using System.Diagnostics.Metrics;
using Oddswire.Messages.Feeds;

namespace Oddswire.Actors.Tape;

/// <summary>What the tape was told of, by feed, and what it wrote.</summary>
internal static class TapeMetrics
{
    private static readonly Meter Meter = new("Oddswire.Tape");
    private static readonly Counter<long> Sightings = Meter.CreateCounter<long>("oddswire_fills_observed");
    private static readonly Counter<long> Commits = Meter.CreateCounter<long>("oddswire_tape_commits");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("oddswire_tape_commit_failures");

    private static readonly Histogram<double> Waits = Meter.CreateHistogram("oddswire_tape_commit_seconds", advice: new InstrumentAdvice<double>
    {
        HistogramBucketBoundaries = [0.0001, 0.00015, 0.0002, 0.0003, 0.0005, 0.0007, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    });

    internal static void Observed(SourceId source, int fills) => Sightings.Add(fills, new KeyValuePair<string, object?>("feed", source.Feed));

    /// <summary>So long those that it was for have waited for it.</summary>
    internal static void Committed(TimeSpan after)
    {
        Commits.Add(1);
        Waits.Record(after.TotalSeconds);
    }

    internal static void Failed() => Failures.Add(1);
}
