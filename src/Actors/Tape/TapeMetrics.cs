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

    internal static void Observed(SourceId source, int fills) => Sightings.Add(fills, new KeyValuePair<string, object?>("feed", source.Feed));

    internal static void Committed() => Commits.Add(1);

    internal static void Failed() => Failures.Add(1);
}
