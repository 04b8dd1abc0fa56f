using System.Diagnostics.Metrics;
using Oddswire.Runtime.Execution;
using Oddswire.Runtime.Patterns;

namespace Oddswire.Runtime.Diagnostics;

/// <summary>Counts and gauges of one system. Cells count on their own turn; the sums are made when somebody looks.</summary>
internal sealed class RuntimeMetrics : IDisposable
{
    private readonly ActorSystem _system;
    private readonly ITimer? _sampler;
    private readonly Lock _gate = new();
    private CellCounts _stopped;
    private CellCounts _highest;
    private volatile SystemSample _last = new();
    private long _deadLetters;

    internal RuntimeMetrics(ActorSystem system, TimeSpan sampleEvery)
    {
        _system = system;
        Meter = new Meter("Oddswire.Runtime", null, [new("system", system.Name)]);
        Meter.CreateObservableCounter("oddswire_actor_messages_processed", () => Sum().Processed);
        Meter.CreateObservableCounter("oddswire_actor_failures", () => Sum().Failures);
        Meter.CreateObservableCounter("oddswire_actor_restarts", () => Sum().Restarts);
        Meter.CreateObservableCounter("oddswire_actor_messages_dropped", () => Sum().Dropped);
        Meter.CreateObservableCounter("oddswire_actor_dead_letters", () => Volatile.Read(ref _deadLetters));
        Meter.CreateObservableGauge("oddswire_actors", () => _last.Actors);
        Meter.CreateObservableGauge("oddswire_actor_mailbox_depth", () => _last.Depth);
        Meter.CreateObservableGauge("oddswire_actor_mailbox_stuck_seconds", () => _last.MaxStuck.TotalSeconds);
        if (sampleEvery > TimeSpan.Zero)
            _sampler = system.Time.CreateTimer(_ => Sample(), null, sampleEvery, sampleEvery);
    }

    internal Meter Meter { get; }

    internal void DeadLetter() => Interlocked.Increment(ref _deadLetters);

    internal void Stopped(CellCounts counts)
    {
        lock (_gate)
            _stopped += counts;
    }

    /// <summary>Never less than the last time, although a cell may stop between the look at the stopped ones and the look at it.</summary>
    internal CellCounts Sum()
    {
        CellCounts sum;
        lock (_gate)
            sum = _stopped;
        foreach (var cell in _system.Cells())
            sum += cell.Count();
        lock (_gate)
            return _highest = CellCounts.Max(_highest, sum);
    }

    internal void Sample()
    {
        var now = _system.Time.GetTimestamp();
        var sample = new SystemSample();
        foreach (var cell in _system.Cells())
            cell.Sample(now, sample);
        _last = sample;
        _system.SummarizeDeadLetters();
    }

    public void Dispose()
    {
        _sampler?.Dispose();
        Meter.Dispose();
    }
}
