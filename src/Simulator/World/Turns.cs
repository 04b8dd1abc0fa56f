namespace Oddswire.Simulator.World;

// Who has waited longest: with it every wallet and every market gets its fill in time, whatever the dice say.
internal sealed class Turns<T>(TimeSpan patience) where T : class
{
    private readonly LinkedList<(T Item, DateTimeOffset Since)> _line = new();
    private readonly Dictionary<T, LinkedListNode<(T Item, DateTimeOffset Since)>> _places = [];

    public void Add(T item, DateTimeOffset since) => _places[item] = _line.AddFirst((item, since));

    public void Remove(T item)
    {
        if (_places.Remove(item, out var place)) _line.Remove(place);
    }

    // The first in line that has waited too long, apart from one that cannot take its turn now.
    public T? Overdue(DateTimeOffset now, T? except = null)
    {
        for (var place = _line.First; place is not null && now - place.Value.Since >= patience; place = place.Next)
            if (place.Value.Item != except) return place.Value.Item;
        return null;
    }

    public void Took(T item, DateTimeOffset now)
    {
        if (!_places.TryGetValue(item, out var place)) return;
        _line.Remove(place);
        place.Value = (item, now);
        _line.AddLast(place);
    }
}
