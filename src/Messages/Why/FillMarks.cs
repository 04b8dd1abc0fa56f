using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Oddswire.Messages.Why;

/// <summary>
/// What happened to a fill, in the order in which it was noted. Nearly all fills have two marks until it is told on, and those lie in here: an
/// array of each would be one more object per fill.
/// </summary>
[CollectionBuilder(typeof(FillMarks), nameof(Of))]
public readonly record struct FillMarks : IReadOnlyList<FillMark>
{
    private readonly FillMark _first;
    private readonly FillMark _second;
    private readonly ImmutableArray<FillMark> _more = [];

    private FillMarks(int count, in FillMark first, in FillMark second, ImmutableArray<FillMark> more) => (Count, _first, _second, _more) = (count, first, second, more);

    public int Count { get; }

    public FillMark this[int index] => index switch
    {
        _ when (uint)index >= (uint)Count => throw new ArgumentOutOfRangeException(nameof(index)),
        0 => _first,
        1 => _second,
        _ => _more[index - 2],
    };

    public static FillMarks Of(ReadOnlySpan<FillMark> marks) => marks switch
    {
        [] => default,
        [var one] => new(1, one, default, []),
        [var one, var two, .. var more] => new(marks.Length, one, two, [.. more]),
    };

    public FillMarks Add(FillMark mark) => Count switch
    {
        0 => new(1, mark, default, []),
        1 => new(2, _first, mark, []),
        _ => new(Count + 1, _first, _second, _more.Add(mark)),
    };

    public FillMarks AddRange(FillMarks marks)
    {
        var all = this;
        for (var i = 0; i < marks.Count; i++)
            all = all.Add(marks[i]);
        return all;
    }

    public bool Equals(FillMarks other)
    {
        var same = Count == other.Count;
        for (var i = 0; same && i < Count; i++)
            same = this[i] == other[i];
        return same;
    }

    public override int GetHashCode() => HashCode.Combine(Count, _first, _second);

    public IEnumerator<FillMark> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
