using System.Collections.Concurrent;
using Oddswire.Messages.Keys;

namespace Oddswire.Host.Downstream;

/// <summary>Requests per second and key, a bucket that refills steadily and holds one second's worth.</summary>
internal sealed class RequestRate(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Bucket> _buckets = [];

    internal bool TryTake(Key key) => _buckets.GetOrAdd(key.Name, static _ => new Bucket()).TryTake(key.Limits.RequestsPerSecond, time);

    private sealed class Bucket
    {
        private readonly Lock _gate = new();
        private double _left = 1;
        private long _at;

        internal bool TryTake(int perSecond, TimeProvider time)
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                _left = _at == 0 ? perSecond : Math.Min(perSecond, _left + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
                _at = now;
                if (_left < 1)
                    return false;
                _left--;
                return true;
            }
        }
    }
}
