using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Oddswire.Runtime.Execution;

/// <summary>
/// The unbounded mailbox: a ring; when it is full it is closed for good and followed by one twice its size, where positions count on.
/// Own code, because a ConcurrentQueue takes 1,050 bytes once used, and 10,000 of those do not fit a cache: a fan-out
/// is twice as fast with this one, and an actor that had a message is half as large. One reader needs no interlocked operation.
/// </summary>
internal sealed class UnboundedQueue<TMessage> : MessageQueue<TMessage>
{
    private const int Smallest = 8;
    private const int Largest = 1 << 20;

    private Ring<TMessage> _last;               // senders write there
#pragma warning disable CS0169, IDE0051, CA1823 // it only takes up room
    private readonly CacheLine _apart;
#pragma warning restore CS0169, IDE0051, CA1823
    private Place _next;                        // of the reader

    internal UnboundedQueue() => _next.Ring = _last = new Ring<TMessage>(0, Smallest);

    /// <summary>
    /// Counts the places that are taken, written or not. Who took a place has passed a full fence and looks at the cell's state
    /// after it: so either that sender sees a cell gone idle, or the cell sees the place.
    /// </summary>
    internal override int Count
    {
        get
        {
            var next = Volatile.Read(ref _next.Position);       // before the end, which only grows
            return (int)(Volatile.Read(ref _last).End - next);
        }
    }

    internal override bool IsEmpty => Count == 0;

    internal override bool Enqueue(TMessage message, [MaybeNullWhen(true)] out TMessage dropped)
    {
        dropped = default;
        var ring = Volatile.Read(ref _last);
        while (!ring.TryAdd(message))
        {
            Interlocked.CompareExchange(ref _last, ring.CloseAndFollow(Largest), ring);
            ring = Volatile.Read(ref _last);
        }
        return true;
    }

    internal override void EnqueueNotice(TMessage message) => Enqueue(message, out _);

    /// <summary>False also when a sender has taken the next place and not written it yet. The queue is not empty then, and the cell will look again.</summary>
    internal override bool TryDequeue([MaybeNullWhen(false)] out TMessage message)
    {
        while (!_next.Ring.TryTake(_next.Position, out message))
        {
            if (_next.Ring.Following is not { } following || _next.Ring.End != _next.Position)
                return false;
            _next.Ring = following;
        }
        Volatile.Write(ref _next.Position, _next.Position + 1);
        return true;
    }

    private struct Place
    {
        internal Ring<TMessage> Ring;
        internal long Position;
    }

    /// <summary>What senders write and what the reader writes are on different cache lines.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct CacheLine;
}

/// <summary>A part of an unbounded mailbox: its places are taken in order, written by who took them, and read in order.</summary>
internal sealed class Ring<TMessage>
{
    private const long Closed = long.MinValue;      // a bit of the end

    private readonly Slot[] _slots;
    private long _end;                              // the next position to be taken
    private Ring<TMessage>? _following;

    internal Ring(long start, int size)
    {
        _end = start;
        _slots = new Slot[size];
        for (var position = start; position < start + size; position++)
            At(position).Turn = position;
    }

    internal long End => Volatile.Read(ref _end) & ~Closed;

    /// <summary>There once this ring is closed: from then on its end is final.</summary>
    internal Ring<TMessage>? Following => Volatile.Read(ref _following);

    /// <summary>False: full or closed.</summary>
    internal bool TryAdd(TMessage message)
    {
        while (true)
        {
            var end = Volatile.Read(ref _end);
            ref var slot = ref At(end);
            var turn = Volatile.Read(ref slot.Turn);
            if (turn == end)
            {
                if (Interlocked.CompareExchange(ref _end, end + 1, end) == end)
                {
                    slot.Message = message;
                    Volatile.Write(ref slot.Turn, end + 1);
                    return true;
                }
            }
            else if (turn < end || end < 0)
            {
                return false;
            }
        }
    }

    internal bool TryTake(long position, [MaybeNullWhen(false)] out TMessage message)
    {
        ref var slot = ref At(position);
        if (Volatile.Read(ref slot.Turn) != position + 1)
        {
            message = default;
            return false;
        }
        message = slot.Message!;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TMessage>())
            slot.Message = default;
        Volatile.Write(ref slot.Turn, position + _slots.Length);
        return true;
    }

    /// <summary>Closed before the next one opens: a later message of the same sender cannot get in here, in front of its earlier one.</summary>
    internal Ring<TMessage> CloseAndFollow(int largest)
    {
        Interlocked.Or(ref _end, Closed);
        return Following
            ?? Interlocked.CompareExchange(ref _following, new Ring<TMessage>(End, Math.Min(_slots.Length * 2, largest)), null)
            ?? _following!;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]      // it is not by itself where code is shared by reference types
    private ref Slot At(long position)
    {
        var slots = _slots;
        return ref slots[position & (slots.Length - 1)];
    }

    private struct Slot
    {
        internal TMessage? Message;
        internal long Turn;     // position: free for it; position + 1: its message is here
    }
}
