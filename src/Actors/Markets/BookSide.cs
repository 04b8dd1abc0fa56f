using Oddswire.Messages.Books;

namespace Oddswire.Actors.Markets;

/// <summary>
/// One side of a book as an array from the worst to the best price. Changes come near the best one, which is the end: they are looked for
/// from there, and little is moved. A tree would be as fast on paper, and allocate.
/// </summary>
internal struct BookSide(bool ascending)
{
    private const int Near = 8;     // levels from the best one that are looked at one by one
    private BookLevel[] _levels = new BookLevel[16];
    private int _count;

    public readonly ReadOnlySpan<BookLevel> Levels => _levels.AsSpan(0, _count);

    public readonly BookLevel? Best => _count == 0 ? null : _levels[_count - 1];

    /// <summary>In any order, and the last one of a price holds.</summary>
    public void Replace(IReadOnlyList<BookLevel> levels)
    {
        _count = 0;
        for (var i = 0; i < levels.Count; i++) Set(levels[i]);
    }

    public void Set(BookLevel level)
    {
        var at = Find(level.Price.Micros, out var there);
        if (level.Size.Micros == 0)
        {
            if (there) RemoveAt(at);
        }
        else if (there)
        {
            _levels[at] = level;
        }
        else
        {
            Insert(at, level);
        }
    }

    /// <summary>Where the price stands, or would have to.</summary>
    private readonly int Find(long price, out bool there)
    {
        var at = _count;
        var last = Math.Max(0, _count - Near);
        while (at > last && !IsWorse(_levels[at - 1].Price.Micros, price)) at--;
        if (at == last) at = Search(at, price);
        there = at < _count && _levels[at].Price.Micros == price;
        return at;
    }

    /// <summary>The first one below <paramref name="high"/> that is not worse.</summary>
    private readonly int Search(int high, long price)
    {
        var low = 0;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (IsWorse(_levels[middle].Price.Micros, price)) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private readonly bool IsWorse(long one, long other) => ascending ? one < other : one > other;

    private void Insert(int at, BookLevel level)
    {
        if (_count == _levels.Length) Array.Resize(ref _levels, _count * 2);
        _levels.AsSpan(at, _count - at).CopyTo(_levels.AsSpan(at + 1));
        _levels[at] = level;
        _count++;
    }

    private void RemoveAt(int at)
    {
        _levels.AsSpan(at + 1, _count - at - 1).CopyTo(_levels.AsSpan(at));
        _count--;
    }
}
