namespace Oddswire.Actors.Tape;

/// <summary>
/// Where a row is, by the hash of what it holds: eight bytes each, in an array that is at most half full, one beside the other where places are taken.
/// So whether something is not there, which is nearly always the answer, takes one look at one line of memory, and <see cref="Touch"/> fetches it ahead.
/// </summary>
internal sealed class HashPlaces
{
    private const int Smallest = 1 << 6;

    private Place[] _places = new Place[Smallest];
    private int _count;

    private struct Place
    {
        internal int Hash;
        internal int Number;        // of the row and one more; 0: nothing is here
    }

    internal int Count => _count;

    /// <summary>Reads the place and decides nothing by it: the processor fetches many of them at a time, and does not wait for one.</summary>
    internal int Touch(int hash) => _places[hash & (_places.Length - 1)].Number;

    /// <summary>The rows that may be it; start with -1, and go on with what was found. -1: there is no other.</summary>
    internal int Next(int hash, ref int at)
    {
        var mask = _places.Length - 1;
        for (at = at < 0 ? hash & mask : (at + 1) & mask; _places[at].Number != 0; at = (at + 1) & mask)
        {
            if (_places[at].Hash == hash)
                return _places[at].Number - 1;
        }
        return -1;
    }

    internal void Add(int hash, int row)
    {
        if (++_count * 2 > _places.Length)
            Grow();
        Put(_places, new Place { Hash = hash, Number = row + 1 });
    }

    internal void Remove(int hash, int row)
    {
        var mask = _places.Length - 1;
        var hole = hash & mask;
        while (_places[hole].Number != row + 1)
            hole = (hole + 1) & mask;
        _count--;
        // What lies behind the hole and would not be found over it moves up.
        for (var at = (hole + 1) & mask; _places[at].Number != 0; at = (at + 1) & mask)
        {
            if (((at - _places[at].Hash) & mask) < ((at - hole) & mask))
                continue;
            _places[hole] = _places[at];
            hole = at;
        }
        _places[hole] = default;
    }

    private void Grow()
    {
        var larger = new Place[_places.Length * 2];
        foreach (var place in _places)
        {
            if (place.Number != 0)
                Put(larger, place);
        }
        _places = larger;
    }

    private static void Put(Place[] places, Place place)
    {
        var at = place.Hash & (places.Length - 1);
        while (places[at].Number != 0)
            at = (at + 1) & (places.Length - 1);
        places[at] = place;
    }
}
