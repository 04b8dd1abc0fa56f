namespace Oddswire.Actors.Feeds;

/// <summary>
/// Whether a connection to Polymarket US is alive. The venue sends heartbeats and does not say how often, so that is observed: twice that long without
/// one, and no less than <paramref name="least"/>, is silence. Until two of them have come any frame will do.
/// </summary>
internal sealed class UsPulse(TimeSpan least)
{
    private long _signAt;
    private long? _beatAt;
    private long? _every;

    internal void Opened(long now) => _signAt = now;

    internal void Beat(long now)
    {
        if (_beatAt is { } before)
            _every = now - before;
        _beatAt = _signAt = now;
    }

    internal void Frame(long now)
    {
        if (_every is null)
            _signAt = now;
    }

    /// <summary>Null: it is alive.</summary>
    internal string? Silence(long now)
    {
        var patience = Math.Max((long)least.TotalMilliseconds, 2 * _every.GetValueOrDefault());
        return now - _signAt > patience ? $"silent: no heartbeat for {(now - _signAt) / 1000} s" : null;
    }
}
