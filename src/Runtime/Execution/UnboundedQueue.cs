using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Oddswire.Runtime.Execution;

/// <summary>
/// The unbounded mailbox: a ring; when it is full it is closed for good and followed by one twice its size, where positions count on; one that is much too large is followed by a smaller one.
/// Own code, because a ConcurrentQueue takes 1,050 bytes once used, and 10,000 of those do not fit a cache: a fan-out
/// is twice as fast with this one, and an actor that had a message is half as large. One reader needs no interlocked operation.
/// </summary>
internal sealed class UnboundedQueue<TMessage> : MessageQueue<TMessage>
{
    private const int Smallest = 2;         // enough for most, and who needs more soon has it
    private const int Usual = 64;           // below that it does not matter
    private const int Largest = 1 << 20;

    private Ring<TMessage>? _first = new(0, Smallest);      // until the reader begins
    private Ring<TMessage> _last;                           // senders write there

    internal UnboundedQueue() => _last = _first!;

    /// <summary>
    /// Counts the places that are taken, written or not. Who took a place has passed a full fence and looks at the cell's state
    /// after it: so either that sender sees a cell gone idle, or the cell sees the place.
    /// </summary>
    internal override int Count(in Reader<TMessage> reader)
    {
        var next = Volatile.Read(in reader.Position);       // before the end, which only grows
        return (int)(Volatile.Read(ref _last).End - next);
    }

    internal override bool Enqueue(TMessage message, ref Reader<TMessage> reader, [MaybeNullWhen(true)] out TMessage dropped)
    {
        dropped = default;
        var ring = Volatile.Read(ref _last);
        while (!ring.TryAdd(message, ref reader.Position))
        {
            Interlocked.CompareExchange(ref _last, ring.CloseAndFollow(Math.Min(ring.Slots.Length * 2, Largest)), ring);
            ring = Volatile.Read(ref _last);
        }
        return true;
    }

    internal override void EnqueueNotice(TMessage message, ref Reader<TMessage> reader) => Enqueue(message, ref reader, out _);

    /// <summary>False also when a sender has taken the next place and not written it yet. The queue is not empty then, and the cell will look again.</summary>
    internal override bool TryDequeue(ref Reader<TMessage> reader, [MaybeNullWhen(false)] out TMessage message)
    {
        if (_first is { } first)
        {
            reader.Enter(first);
            _first = null;
        }
        while (!Ring<TMessage>.TryTake(reader.Slots!, reader.Position, out message))
        {
            if (reader.Ring!.Following is not { } following || reader.Ring.End != reader.Position)
                return false;
            reader.Enter(following);
        }
        Volatile.Write(ref reader.Position, reader.Position + 1);
        if (reader.Slots!.Length > Usual && (reader.Position & (reader.Slots.Length - 1)) == 0)
            Shrink(ref reader);
        return true;
    }

    /// <summary>Once a round: what a burst has needed is not kept for ever. Places that come by one after another are in nobody's cache.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Shrink(ref Reader<TMessage> reader)
    {
        var ring = reader.Ring!;
        if (Count(in reader) * 8 < ring.Slots.Length && Volatile.Read(ref _last) == ring)
            Interlocked.CompareExchange(ref _last, ring.CloseAndFollow(ring.Slots.Length / 4), ring);
    }
}

/// <summary>Where the one reader of an unbounded mailbox is. Its senders look here only when their ring seems full.</summary>
internal struct Reader<TMessage>
{
    internal Ring<TMessage>? Ring;
    internal Ring<TMessage>.Slot[]? Slots;      // the ring itself lies where senders write
    internal long Position;

    internal void Enter(Ring<TMessage> ring)
    {
        Ring = ring;
        Slots = ring.Slots;
    }
}

/// <summary>A part of an unbounded mailbox: its places are taken in order, written by who took them, and read in order.</summary>
internal sealed class Ring<TMessage>
{
    private const long Closed = long.MinValue;      // a bit of the end
    private const int MostPatience = 400;

    private readonly long _start;
    private long _end;                              // the next position to be taken
    private long _limit;                            // up to here places are known to be free: a sender need not look where the reader is
    private Ring<TMessage>? _following;

    internal Ring(long start, int size)
    {
        _start = _end = start;
        _limit = start + size;
        Slots = new Slot[size];
    }

    internal Slot[] Slots { get; }

    internal long End => Volatile.Read(ref _end) & ~Closed;

    /// <summary>There once this ring is closed: from then on its end is final.</summary>
    internal Ring<TMessage>? Following => Volatile.Read(ref _following);

    /// <summary>
    /// False: full or closed. Between reading the end and moving it nothing else is touched: that is where senders get into each other's way.
    /// Who loses leaves the end to the winner for a while, two microseconds and more each time: taking turns, all would wait for the
    /// cache line with each message. Two senders on two cores are twice as fast so.
    /// </summary>
    internal bool TryAdd(TMessage message, ref long read)
    {
        for (var patience = 50; ; patience = Math.Min(patience * 2, MostPatience))
        {
            var end = Volatile.Read(ref _end);
            if (end < 0 || (end >= Volatile.Read(ref _limit) && !HasRoom(end, Volatile.Read(ref read))))
                return false;
            if (Interlocked.CompareExchange(ref _end, end + 1, end) == end)
            {
                ref var slot = ref At(Slots, end);
                slot.Message = message;
                Volatile.Write(ref slot.Written, end + 1);
                return true;
            }
            Thread.SpinWait(patience);
        }
    }

    internal static bool TryTake(Slot[] slots, long position, [MaybeNullWhen(false)] out TMessage message)
    {
        ref var slot = ref At(slots, position);
        if (Volatile.Read(ref slot.Written) != position + 1)
        {
            message = default;
            return false;
        }
        message = slot.Message!;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TMessage>())
            slot.Message = default;
        return true;
    }

    /// <summary>The reader moves its position after it has emptied the place: what it has passed is free again.</summary>
    private bool HasRoom(long end, long read)
    {
        var limit = Math.Max(read, _start) + Slots.Length;
        if (end >= limit)
            return false;
        Volatile.Write(ref _limit, limit);
        return true;
    }

    /// <summary>Closed before the next one opens: a later message of the same sender cannot get in here, in front of its earlier one.</summary>
    internal Ring<TMessage> CloseAndFollow(int size)
    {
        Interlocked.Or(ref _end, Closed);
        return Following
            ?? Interlocked.CompareExchange(ref _following, new Ring<TMessage>(End, size), null)
            ?? _following!;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]      // it is not by itself where code is shared by reference types
    private static ref Slot At(Slot[] slots, long position) => ref slots[position & (slots.Length - 1)];

    internal struct Slot
    {
        internal TMessage? Message;
        internal long Written;      // position + 1: its message is here
    }
}
