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

    private readonly TraceRows _fills = new(MostFills);
    private readonly List<FillTrace> _taken = [];
    private readonly Dictionary<SubscriptionId, PositionSample> _samples = [];
    private readonly Queue<PositionSample> _closed = [];        // a connection before this one, or told again from further back
    private long _oldest;

    internal long Forgotten { get; private set; }

    internal int Fills => _fills.Count;

    internal bool IsEmpty => _fills.Count == 0 && _samples.Count == 0 && _closed.Count == 0;

    internal void Add(TraceMessage.Told told)
    {
        _oldest = Math.Max(_oldest, told.Oldest);
        foreach (ref readonly var fill in told.Fills.AsSpan())
            Add(fill);
    }

    internal void Add(in FillTrace fill)
    {
        if (!_fills.Add(fill))
            Forgotten++;
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

    /// <summary>The next to be written, what came first first; it is lent until the next is taken. Fills come all the time, so samples are not kept waiting for them.</summary>
    internal TraceGroup Take(int most)
    {
        var samples = ImmutableArray.CreateBuilder<PositionSample>(Math.Min(most, _closed.Count + _samples.Count));
        while (samples.Count < samples.Capacity && _closed.TryDequeue(out var closed))
            samples.Add(closed);
        foreach (var sample in _samples.Values)
        {
            if (samples.Count == samples.Capacity)
                break;
            _samples.Remove(sample.Subscription);
            samples.Add(sample);
        }
        return TakeFills(most - samples.Count) with { Samples = samples.MoveToImmutable() };
    }

    internal TraceGroup TakeFills(int most)
    {
        _taken.Clear();
        while (_taken.Count < most && _fills.Count > 0)
            _taken.Add(_fills.TakeOldest());
        return new TraceGroup(_taken, [], _oldest);
    }
}
