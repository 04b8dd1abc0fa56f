namespace Oddswire.Runtime.Execution;

/// <summary>
/// Many senders, one owner. Senders push on a linked stack; the owner takes it whole, reverses it and keeps the rest for later,
/// because handling a signal may await. Nothing is allocated, which is most of what makes an idle actor small.
/// </summary>
internal struct SignalQueue
{
    private Signal? _stack;     // shared
    private Signal? _first;     // owner only
    private Signal? _last;      // owner only

    internal void Push(Signal signal)
    {
        var head = Volatile.Read(ref _stack);
        while (true)
        {
            signal.Next = head;
            var seen = Interlocked.CompareExchange(ref _stack, signal, head);
            if (seen == head)
                return;
            head = seen;
        }
    }

    /// <summary>For anybody: has something been pushed that the owner has not taken over yet?</summary>
    internal readonly bool HasPushed => Volatile.Read(in _stack) is not null;

    /// <summary>For the owner: was something taken over and not handled yet?</summary>
    internal readonly bool HasTaken => _first is not null;

    internal Signal? Take()
    {
        if (Volatile.Read(ref _stack) is not null)
            TakeOver();
        var signal = _first;
        if (signal is null)
            return null;
        _first = signal.Next;
        if (_first is null)
            _last = null;
        signal.Next = null;
        return signal;
    }

    private void TakeOver()
    {
        var newest = Interlocked.Exchange(ref _stack, null);
        Signal? oldest = null;
        var last = newest;
        while (newest is not null)
        {
            var older = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = older;
        }
        if (_last is null)
            _first = oldest;
        else
            _last.Next = oldest;
        _last = last;
    }
}
