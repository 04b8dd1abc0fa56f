using Oddswire.Runtime.Diagnostics;

namespace Oddswire.Runtime.Execution;

internal sealed partial class ActorCell<TMessage>
{
    private int _dropped;
    private int _noted;             // the look for which it is among the busy
    private long _takenProcessed;   // so much of what it has processed is in the sum of all

    public int Depth => _messages?.Count(in _turn.Reader) ?? 0;

    public long Processed => Volatile.Read(ref _turn.Processed);

    public bool IsBusy => _state != Idle || Depth > 0;

    public ActorInfo Describe(TimeSpan stuck) => new(
        Path, (ActorState)_phase, Depth, stuck, Processed, _failures, _restarts, Volatile.Read(ref _dropped), _lastError?.Message);

    public bool TryNote(int look) => Interlocked.Exchange(ref _noted, look) != look;

    public long TakeProcessed()
    {
        var processed = Processed;
        var more = processed - _takenProcessed;
        _takenProcessed = processed;
        return more;
    }
}
