using System.Runtime.InteropServices;

namespace Oddswire.Actors.Why;

/// <summary>
/// The names of sources by number, so that what is kept by the hundred thousand holds no references. A feed that redials for years counts its
/// connections on, so a name that nobody uses any more makes place for another.
/// </summary>
internal sealed class SourceNames
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<(string Name, int Uses)> _names = [];
    private readonly Stack<int> _free = [];

    internal int Count => _numbers.Count;

    internal string this[int number] => _names[number].Name;

    internal int Use(string name)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, name, out var isKnown);
        if (isKnown)
            CollectionsMarshal.AsSpan(_names)[number].Uses++;
        else
            number = Add(name);
        return number;
    }

    internal void LetGo(int number)
    {
        ref var known = ref CollectionsMarshal.AsSpan(_names)[number];
        if (--known.Uses > 0)
            return;
        _numbers.Remove(known.Name);
        known.Name = "";
        _free.Push(number);
    }

    private int Add(string name)
    {
        if (_free.TryPop(out var number))
        {
            _names[number] = (name, 1);
            return number;
        }
        _names.Add((name, 1));
        return _names.Count - 1;
    }
}
