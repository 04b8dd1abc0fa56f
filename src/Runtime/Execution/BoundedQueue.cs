using System.Diagnostics.CodeAnalysis;

namespace Oddswire.Runtime.Execution;

/// <summary>A lock and a ring that grows up to its capacity. Notices have a place beyond it and are never the ones dropped.</summary>
internal sealed class BoundedQueue<TMessage>(int capacity, Overflow overflow) : MessageQueue<TMessage>
{
    private readonly Lock _gate = new();
    private (TMessage Message, bool Notice)[] _ring = [];
    private int _head;
    private int _count;
    private int _notices;

    internal override int Count(in Reader<TMessage> reader) => Volatile.Read(ref _count);

    internal override bool Enqueue(TMessage message, ref Reader<TMessage> reader, [MaybeNullWhen(true)] out TMessage dropped)
    {
        var taken = EnqueueLocked(message, out dropped);
        // The sender looks at the cell's state next, and a lock's release is only half a fence.
        Interlocked.MemoryBarrier();
        return taken;
    }

    private bool EnqueueLocked(TMessage message, [MaybeNullWhen(true)] out TMessage dropped)
    {
        lock (_gate)
        {
            if (_count - _notices < capacity)
            {
                Add(message, notice: false);
                dropped = default;
                return true;
            }
            if (overflow != Overflow.DropOldest)
            {
                dropped = message;
                return false;
            }
            dropped = RemoveOldest();
            Add(message, notice: false);
            return false;
        }
    }

    internal override void EnqueueNotice(TMessage message, ref Reader<TMessage> reader)
    {
        lock (_gate)
        {
            Add(message, notice: true);
            _notices++;
        }
    }

    internal override bool TryDequeue(ref Reader<TMessage> reader, [MaybeNullWhen(false)] out TMessage message)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                message = default;
                return false;
            }
            ref var slot = ref _ring[_head];
            if (slot.Notice)
                _notices--;
            message = slot.Message;
            slot = default;
            _head = (_head + 1) % _ring.Length;
            _count--;
            return true;
        }
    }

    private void Add(TMessage message, bool notice)
    {
        if (_count == _ring.Length)
            Grow();
        _ring[(_head + _count) % _ring.Length] = (message, notice);
        _count++;
    }

    /// <summary>The oldest that is no notice; notices in front of it move up by one.</summary>
    private TMessage RemoveOldest()
    {
        var at = 0;
        while (_ring[(_head + at) % _ring.Length].Notice)
            at++;
        var oldest = _ring[(_head + at) % _ring.Length].Message;
        for (; at > 0; at--)
            _ring[(_head + at) % _ring.Length] = _ring[(_head + at - 1) % _ring.Length];
        _ring[_head] = default;
        _head = (_head + 1) % _ring.Length;
        _count--;
        return oldest;
    }

    private void Grow()
    {
        var larger = new (TMessage, bool)[Math.Max(8, _ring.Length * 2)];
        for (var i = 0; i < _count; i++)
            larger[i] = _ring[(_head + i) % _ring.Length];
        _ring = larger;
        _head = 0;
    }
}
