using Oddswire.Runtime.Diagnostics;

namespace Oddswire.Runtime.Execution;

internal sealed partial class ActorCell<TMessage>
{
    private long _dropped;
    private long _sampledProcessed = -1;    // the three below belong to the sampler; -1: it has not been here yet
    private long _stuckSince;
    private TimeSpan _stuck;

    private int Depth => _messages?.Count(in _turn.Reader) ?? 0;

    public ActorInfo Describe() => new(
        Path, (ActorState)_phase, Depth, _stuck, Volatile.Read(ref _turn.Processed), _failures, _restarts, Volatile.Read(ref _dropped), _lastError?.Message);

    /// <summary>Nothing once it has stopped: then the system holds its counts.</summary>
    public CellCounts Count() => _phase == Phase.Stopped ? default : Counts;

    private CellCounts Counts => new(Volatile.Read(ref _turn.Processed), _failures, _restarts, Volatile.Read(ref _dropped));

    /// <summary>Once a second, from outside: no message carries a stamp.</summary>
    public void Sample(long now, SystemSample sample)
    {
        var depth = Depth;
        var processed = Volatile.Read(ref _turn.Processed);
        if (depth == 0 || processed != _sampledProcessed)
            _stuckSince = now;
        _sampledProcessed = processed;
        _stuck = System.Time.GetElapsedTime(_stuckSince, now);
        sample.Actors++;
        sample.Depth += depth;
        if (_stuck > sample.MaxStuck)
            sample.MaxStuck = _stuck;
    }
}
