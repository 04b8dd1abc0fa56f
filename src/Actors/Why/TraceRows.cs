using System.Runtime.InteropServices;
using Oddswire.Messages.Why;

namespace Oddswire.Actors.Why;

/// <summary>
/// Traces in the order in which their fills were told first, one of each fill, and no more than a number of them. They are rows of a ring (docs/adr/0023),
/// which is as large as was needed at once.
/// </summary>
internal sealed class TraceRows(int most)
{
    private const int Least = 16;

    private readonly Dictionary<long, long> _places = [];       // by offset; places count on
    private FillTrace[] _ring = new FillTrace[Least];
    private long _first;
    private long _next;

    internal int Count => (int)(_next - _first);

    internal long? Oldest => Count == 0 ? null : At(_first).Offset;

    /// <summary>What is new of a fill that is here is added to what is known of it. False: the oldest was forgotten for it.</summary>
    internal bool Add(in FillTrace fill)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, fill.Offset, out var isHere);
        if (isHere)
        {
            ref var known = ref At(place);
            known = known with { Order = fill.Order ?? known.Order, Marks = known.Marks.AddRange(fill.Marks) };
            return true;
        }
        place = _next;
        var isFull = Count == most;
        if (isFull)
            TakeOldest();
        if (Count == _ring.Length)
            Grow();
        At(_next++) = fill;
        return !isFull;
    }

    internal FillTrace TakeOldest()
    {
        ref var row = ref At(_first);
        var fill = row;
        row = default;
        _places.Remove(fill.Offset);
        _first++;
        return fill;
    }

    internal FillMarks? MarksOf(long offset) => _places.TryGetValue(offset, out var place) ? At(place).Marks : null;

    private void Grow()
    {
        var larger = new FillTrace[_ring.Length * 2];
        for (var place = _first; place < _next; place++)
            larger[place & (larger.Length - 1)] = At(place);
        _ring = larger;
    }

    private ref FillTrace At(long place) => ref _ring[place & (_ring.Length - 1)];
}
