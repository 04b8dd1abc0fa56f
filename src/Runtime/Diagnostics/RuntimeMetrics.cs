using System.Diagnostics.Metrics;
using Oddswire.Runtime.Execution;

namespace Oddswire.Runtime.Diagnostics;

/// <summary>Counts and gauges of one system. Cells count on their own turn; the sums are made when somebody looks.</summary>
internal sealed class RuntimeMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly ActorSystem _system;
    private readonly ITimer? _sampler;
    private readonly Lock _gate = new();
    private CellCounts _stopped;
    private SystemSample _last;
    private long _deadLetters;

    internal RuntimeMetrics(ActorSystem system, TimeSpan sampleEvery)
    {
        _system = system;
        _meter = new Meter("Oddswire.Runtime", null, [new("system", system.Name)]);
        _meter.CreateObservableCounter("oddswire_actor_messages_processed", () => Sum().Processed);
        _meter.CreateObservableCounter("oddswire_actor_failures", () => Sum().Failures);
        _meter.CreateObservableCounter("oddswire_actor_restarts", () => Sum().Restarts);
        _meter.CreateObservableCounter("oddswire_actor_messages_dropped", () => Sum().Dropped);
        _meter.CreateObservableCounter("oddswire_actor_dead_letters", () => Volatile.Read(ref _deadLetters));
        _meter.CreateObservableGauge("oddswire_actors", () => _last.Actors);
        _meter.CreateObservableGauge("oddswire_actor_mailbox_depth", () => _last.Depth);
        _meter.CreateObservableGauge("oddswire_actor_mailbox_stuck_seconds", () => _last.MaxStuck.TotalSeconds);
        if (sampleEvery > TimeSpan.Zero)
            _sampler = system.Time.CreateTimer(_ => Sample(), null, sampleEvery, sampleEvery);
    }

    internal void DeadLetter() => Interlocked.Increment(ref _deadLetters);

    internal void Stopped(CellCounts counts)
    {
        lock (_gate)
            _stopped += counts;
    }

    internal CellCounts Sum()
    {
        CellCounts sum;
        lock (_gate)
            sum = _stopped;
        foreach (var cell in _system.Cells())
            sum += cell.Count();
        return sum;
    }

    internal void Sample()
    {
        var now = _system.Time.GetTimestamp();
        var sample = new SystemSample();
        foreach (var cell in _system.Cells())
            cell.Sample(now, ref sample);
        _last = sample;
    }

    public void Dispose()
    {
        _sampler?.Dispose();
        _meter.Dispose();
    }
}
