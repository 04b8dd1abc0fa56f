namespace Oddswire.Simulator.World;

// The newest items under consecutive numbers; the oldest leaves when a new one needs its place.
public sealed class History<T>(int capacity, long first) where T : class
{
    private readonly T?[] _items = new T?[capacity];

    // The oldest number kept, and the number that the next item gets.
    public long First { get; private set; } = first;

    public long Next { get; private set; } = first;

    public int Count => (int)(Next - First);

    public T? this[long number] => number >= First && number < Next ? _items[number % capacity] : null;

    // Returns what had to leave.
    internal T? Add(T item)
    {
        var left = Count == capacity ? DropOldest() : null;
        _items[Next++ % capacity] = item;
        return left;
    }

    internal T DropOldest() => Drop(First++);

    internal T DropNewest() => Drop(--Next);

    private T Drop(long number)
    {
        var item = _items[number % capacity]!;
        _items[number % capacity] = null;
        return item;
    }
}
