using System.Collections.Concurrent;
using Oddswire.Messages.Keys;

namespace Oddswire.Host.Downstream;

/// <summary>So much a second for each key, over all its connections: a bucket that refills steadily and is full at first.</summary>
internal sealed class RateLimit(TimeProvider time)
{
    private const int BytesOfACommand = 64 << 10;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = [];

    /// <summary>A large frame counts as many, or a burst of the largest would fill the memory.</summary>
    internal static int CostOf(int length) => 1 + (length / BytesOfACommand);

    /// <param name="burst">What the bucket holds.</param>
    /// <param name="cost">What is taken out of it.</param>
    internal bool TryTake(Key key, int perSecond, int burst, int cost = 1) =>
        _buckets.GetOrAdd(key.Name, static _ => new Bucket()).TryTake(perSecond, burst, cost, time);

    private sealed class Bucket
    {
        private readonly Lock _gate = new();
        private double _left;
        private long _at;

        internal bool TryTake(int perSecond, int burst, int cost, TimeProvider time)
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                _left = _at == 0 ? burst : Math.Min(burst, _left + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
                _at = now;
                if (_left < cost)
                    return false;
                _left -= cost;
                return true;
            }
        }
    }
}
