using System.Collections.Immutable;
using Oddswire.Actors.Ports;
using Oddswire.Messages.Values;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>
/// What is to be written, one entry per fill and one stretch per subscription. Bounded whatever the store does: while it is away a stretch
/// gets longer, and what does not fit is counted and forgotten.
/// </summary>
internal sealed class TraceBacklog
{
    internal const int MostFills = 100_000;
    internal const int MostSubscriptions = 100_000;

    private readonly Dictionary<long, FillTrace> _fills = [];
    private readonly Queue<long> _fillsInOrder = [];
    private readonly Dictionary<SubscriptionId, PositionSample> _samples = [];
    private readonly Queue<PositionSample> _closed = [];        // a connection before this one, or told again from further back
    private long _oldest;

    internal long Forgotten { get; private set; }

    internal bool IsEmpty => _fills.Count == 0 && _samples.Count == 0 && _closed.Count == 0;

    internal void Add(TraceMessage.Told told)
    {
        _oldest = Math.Max(_oldest, told.Oldest);
        foreach (var fill in told.Fills)
            Add(fill);
    }

    internal void Add(FillTrace fill)
    {
        if (_fills.TryGetValue(fill.Offset, out var known))
        {
            _fills[fill.Offset] = known with { Order = fill.Order ?? known.Order, Marks = known.Marks.AddRange(fill.Marks) };
            return;
        }
        if (_fills.Count >= MostFills)
        {
            _fills.Remove(_fillsInOrder.Dequeue());
            Forgotten++;
        }
        _fills.Add(fill.Offset, fill);
        _fillsInOrder.Enqueue(fill.Offset);
    }

    internal void Add(PositionSample sample)
    {
        if (!_samples.TryGetValue(sample.Subscription, out var known))
        {
            if (_samples.Count >= MostSubscriptions)
                Forgotten++;
            else
                _samples.Add(sample.Subscription, sample);
        }
        else if (known.Session == sample.Session && sample.First > known.Last)
        {
            _samples[sample.Subscription] = sample with { Since = known.Since, First = known.First };
        }
        else
        {
            if (_closed.Count >= MostSubscriptions)
            {
                _closed.Dequeue();
                Forgotten++;
            }
            _closed.Enqueue(known);
            _samples[sample.Subscription] = sample;
        }
    }

    /// <summary>The next to be written, what came first first.</summary>
    internal TraceGroup Take(int most)
    {
        var fills = ImmutableArray.CreateBuilder<FillTrace>();
        while (fills.Count < most && _fillsInOrder.TryDequeue(out var offset))
        {
            _fills.Remove(offset, out var fill);
            fills.Add(fill!);
        }
        var samples = ImmutableArray.CreateBuilder<PositionSample>();
        while (fills.Count + samples.Count < most && _closed.TryDequeue(out var closed))
            samples.Add(closed);
        foreach (var sample in _samples.Values.Take(most - fills.Count - samples.Count).ToList())
        {
            _samples.Remove(sample.Subscription);
            samples.Add(sample);
        }
        return new TraceGroup(fills.DrainToImmutable(), samples.DrainToImmutable(), _oldest);
    }
}
