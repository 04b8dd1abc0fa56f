using System.Collections.Immutable;

namespace Oddswire.Actors.Routing;

/// <summary>A hub's places of the batch that is being split. Mostly it is one, and that is the same for everybody.</summary>
internal struct Part
{
    private static readonly ImmutableArray<ImmutableArray<int>> Single = [.. Enumerable.Range(0, 512).Select(static place => ImmutableArray.Create(place))];

    private int _count;
    private int _first;
    private List<int>? _all;

    /// <summary>True: it is the first.</summary>
    internal bool Add(int place)
    {
        if (_count++ == 0)
            _first = place;
        else
            Several().Add(place);
        return _count == 1;
    }

    internal ImmutableArray<int> Take()
    {
        var places = _count > 1 ? [.. _all!] : _first < Single.Length ? Single[_first] : [_first];
        _count = 0;
        return places;
    }

    private List<int> Several()
    {
        _all ??= [];
        if (_count == 2)
        {
            _all.Clear();
            _all.Add(_first);
        }
        return _all;
    }
}
