namespace Oddswire.Runtime.Execution;

/// <summary>The children of one cell, in start order. Locked, because snapshots and Spawn at the top look in from outside.</summary>
internal sealed class Children
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ICell> _byName = [];
    private ICell? _oldest;
    private ICell? _youngest;
    private bool _closed;

    internal ICell? Youngest
    {
        get { lock (_gate) return _youngest; }
    }

    internal void Add(ICell child, string parentPath)
    {
        lock (_gate)
        {
            if (_closed)
                throw new InvalidOperationException($"'{parentPath}' is stopping and spawns nothing more: '{child.Name}' was not started.");
            if (!_byName.TryAdd(child.Name, child))
                throw new InvalidOperationException($"'{parentPath}' already has a child '{child.Name}'. A name is free again when its actor has stopped; watch it to know.");
            child.Older = _youngest;
            if (_youngest is null)
                _oldest = child;
            else
                _youngest.Younger = child;
            _youngest = child;
        }
    }

    internal void Remove(ICell child)
    {
        lock (_gate)
        {
            if (!_byName.TryGetValue(child.Name, out var known) || known != child)
                return;
            _byName.Remove(child.Name);
            if (child.Older is null)
                _oldest = child.Younger;
            else
                child.Older.Younger = child.Younger;
            if (child.Younger is null)
                _youngest = child.Older;
            else
                child.Younger.Older = child.Older;
            child.Older = child.Younger = null;
        }
    }

    internal bool Contains(ICell child)
    {
        lock (_gate)
            return _byName.TryGetValue(child.Name, out var known) && known == child;
    }

    /// <summary>From now on nothing can be added, also by outside code at the top.</summary>
    internal void Close()
    {
        lock (_gate)
            _closed = true;
    }

    internal ICell[] InStartOrder()
    {
        lock (_gate)
        {
            var all = new ICell[_byName.Count];
            var i = 0;
            for (var child = _oldest; child is not null; child = child.Younger)
                all[i++] = child;
            return all;
        }
    }

    /// <summary>So that the oldest is popped first.</summary>
    internal void PushTo(Stack<ICell> cells)
    {
        lock (_gate)
        {
            for (var child = _youngest; child is not null; child = child.Older)
                cells.Push(child);
        }
    }
}
