using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>Traces that live as long as their process: beside a tape that does, and for simulations.</summary>
public sealed class MemoryTraces(TraceBounds bounds, TimeProvider time, int mostFills = 100_000) : ITraces
{
    private readonly Lock _gate = new();
    private readonly TraceRows _fills = new(mostFills);
    private readonly Queue<PositionSample> _samples = [];

    public ValueTask<long> Newest()
    {
        lock (_gate)
            return new(_fills.All.Select(static fill => fill.Offset).DefaultIfEmpty(0).Max());
    }

    public ValueTask Keep(TraceGroup group)
    {
        lock (_gate)
        {
            foreach (var fill in group.Fills)
                _fills.Add(fill);
            foreach (var sample in group.Samples)
                _samples.Enqueue(sample);
            while (_fills.Oldest < group.OldestFill)
                _fills.ForgetOldest();
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
            return new(_fills.MarksOf(offset));
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

    private ValueTask<ImmutableArray<long>> Find(Func<TraceRow, bool> isIt)
    {
        lock (_gate)
            return new([.. _fills.All.Where(isIt).Select(static fill => fill.Offset).OrderDescending().Take(ITraces.MostFound)]);
    }
}
