using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>Traces that live as long as their process: beside a tape that does, and for simulations.</summary>
public sealed class MemoryTraces(TraceBounds bounds, TimeProvider time, int mostFills = 100_000) : ITraces
{
    private readonly Lock _gate = new();
    private readonly Queue<FillTrace> _fills = [];       // in the order in which they were kept; what is said of one later is one more
    private readonly Queue<PositionSample> _samples = [];

    public ValueTask<long> Newest()
    {
        lock (_gate)
            return new(_fills.Select(static fill => fill.Offset).DefaultIfEmpty(0).Max());
    }

    public ValueTask Keep(TraceGroup group)
    {
        lock (_gate)
        {
            foreach (var fill in group.Fills)
                _fills.Enqueue(fill);
            foreach (var sample in group.Samples)
                _samples.Enqueue(sample);
            while (_fills.Count > mostFills || (_fills.TryPeek(out var oldest) && oldest.Offset < group.OldestFill))
                _fills.Dequeue();
            var cut = (time.GetUtcNow() - bounds.Keep).ToUnixTimeMilliseconds();
            while (_samples.TryPeek(out var sample) && (sample.Until < cut || _samples.Count > bounds.MostSamples))
                _samples.Dequeue();
            return default;
        }
    }

    public ValueTask<ImmutableArray<long>> Find(TxHash tx) => Find(fill => fill.Tx == tx);

    public ValueTask<ImmutableArray<long>> Find(OrderHash order) => Find(fill => fill.Order == order);

    public ValueTask<FillMarks?> Of(long offset)
    {
        lock (_gate)
        {
            FillMarks? marks = null;
            foreach (var fill in _fills.Where(fill => fill.Offset == offset))
                marks = marks?.AddRange(fill.Marks) ?? fill.Marks;
            return new(marks);
        }
    }

    public ValueTask<ImmutableArray<PositionSample>> Samples(SubscriptionId subscription, long offset)
    {
        lock (_gate)
            return new([.. _samples.Where(sample => sample.Subscription == subscription && sample.Last >= offset).OrderBy(static sample => sample.Last).Take(ITraces.MostSamples)]);
    }

    public ValueTask<long?> SampledSince()
    {
        lock (_gate)
            return new(_samples.TryPeek(out var oldest) ? oldest.Since : null);
    }

    private ValueTask<ImmutableArray<long>> Find(Func<FillTrace, bool> isIt)
    {
        lock (_gate)
            return new([.. _fills.Where(isIt).Select(static fill => fill.Offset).Distinct().OrderDescending().Take(ITraces.MostFound)]);
    }
}
