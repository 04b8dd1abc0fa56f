using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>Traces that live as long as their process: beside a tape that does, and for simulations.</summary>
public sealed class MemoryTraces(TraceBounds bounds, TimeProvider time, int mostFills = 100_000) : ITraces
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, FillTrace> _fills = [];
    private readonly Queue<PositionSample> _samples = [];

    public ValueTask<long> Newest()
    {
        lock (_gate)
            return new(_fills.Count == 0 ? 0 : _fills.Keys.Max());
    }

    public ValueTask Keep(TraceGroup group)
    {
        lock (_gate)
        {
            foreach (var fill in group.Fills)
                _fills[fill.Offset] = _fills.TryGetValue(fill.Offset, out var known) ? known with { Order = fill.Order ?? known.Order, Marks = known.Marks.AddRange(fill.Marks) } : fill;
            foreach (var sample in group.Samples)
                _samples.Enqueue(sample);
            while (_fills.Count > 0 && _fills.Keys.First() is var oldest && (oldest < group.OldestFill || _fills.Count > mostFills))
                _fills.Remove(oldest);
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
            return new(_fills.TryGetValue(offset, out var fill) ? fill.Marks : null);
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
            return new([.. _fills.Values.Where(isIt).Select(static fill => fill.Offset).OrderDescending().Take(ITraces.MostFound)]);
    }
}
