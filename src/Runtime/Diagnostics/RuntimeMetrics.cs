using System.Diagnostics.Metrics;

namespace Oddswire.Runtime.Diagnostics;

/// <summary>Counts and gauges of one system. Messages are counted by the cells on their own turn, and summed up when somebody looks; what is rare is counted here.</summary>
internal sealed class RuntimeMetrics : IDisposable
{
    private readonly ActorSystem _system;
    private readonly ITimer? _sampler;
    private volatile SystemSample _last = new();
    private long _actors;
    private long _failures;
    private long _restarts;
    private long _dropped;
    private long _deadLetters;
    private int _sampling;

    internal RuntimeMetrics(ActorSystem system, TimeSpan sampleEvery)
    {
        _system = system;
        Busy = new BusyCells(looks: sampleEvery > TimeSpan.Zero);
        Meter = new Meter("Oddswire.Runtime", null, [new("system", system.Name)]);
        Meter.CreateObservableCounter("oddswire_actor_messages_processed", Busy.Processed);
        Meter.CreateObservableCounter("oddswire_actor_failures", () => Volatile.Read(ref _failures));
        Meter.CreateObservableCounter("oddswire_actor_restarts", () => Volatile.Read(ref _restarts));
        Meter.CreateObservableCounter("oddswire_actor_messages_dropped", () => Volatile.Read(ref _dropped));
        Meter.CreateObservableCounter("oddswire_actor_dead_letters", () => Volatile.Read(ref _deadLetters));
        Meter.CreateObservableGauge("oddswire_actors", () => Volatile.Read(ref _actors));
        Meter.CreateObservableGauge("oddswire_actor_mailbox_depth", () => _last.Depth);
        Meter.CreateObservableGauge("oddswire_actor_mailbox_stuck_seconds", () => _last.MaxStuck.TotalSeconds);
        if (sampleEvery > TimeSpan.Zero)
            _sampler = system.Time.CreateTimer(_ => Sample(), null, sampleEvery, sampleEvery);
    }

    internal Meter Meter { get; }

    internal BusyCells Busy { get; }

    internal void Spawned() => Interlocked.Increment(ref _actors);

    internal void Stopped() => Interlocked.Decrement(ref _actors);

    internal void Failed() => Interlocked.Increment(ref _failures);

    internal void Restarted() => Interlocked.Increment(ref _restarts);

    internal void Dropped() => Interlocked.Increment(ref _dropped);

    internal void DeadLetter() => Interlocked.Increment(ref _deadLetters);

    private void Sample()
    {
        if (Interlocked.Exchange(ref _sampling, 1) == 1)
            return;     // the timer has come again meanwhile
        _last = Busy.Sample(_system.Time);
        _system.SummarizeDeadLetters();
        Volatile.Write(ref _sampling, 0);
    }

    public void Dispose()
    {
        _sampler?.Dispose();
        Meter.Dispose();
    }
}
