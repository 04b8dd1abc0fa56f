namespace Oddswire.Actors.Tape;

/// <summary>
/// A sweep looks at the newest blocks again. Where a block is shown again and a log that stood in it is not, a reorg took the log back,
/// and nobody said so: it happened while the gateway or its connection was away. A block of which nothing is shown proves nothing:
/// nodes that lag answer like that.
/// </summary>
internal sealed class SecondLook
{
    // Blocks kept in mind: more than any sweep looks at again.
    private const int Depth = 64;

    // With so many blocks over it every node knows the whole of a block.
    private const int Buried = 3;

    private readonly SortedDictionary<long, HashSet<Slot>> _blocks = [];
    private readonly HashSet<long> _shown = [];
    private long _through = long.MaxValue;
    private int _look = 1;

    /// <summary>From the store, at the start: told in an earlier life, and not yet in this one.</summary>
    internal void Remember(Slot slot)
    {
        if (slot.Fill.Block is { } block)
            Hold(slot, block);
    }

    /// <summary>How far an earlier life has swept.</summary>
    internal void Started(long? sweptThrough) => _through = sweptThrough ?? long.MaxValue;

    /// <summary>The slot's log was told, for the first time or again.</summary>
    /// <param name="isSeen">By who looks at blocks, and names them. Others tell of what somebody follows, and of no reorg: that shows nothing of the block.</param>
    internal void Told(Slot slot, bool isSeen)
    {
        var block = slot.Fill.Block!.Value;
        Hold(slot, block);
        if (!isSeen)
            return;
        _shown.Add(block);
        slot.ToldIn = _look;
    }

    /// <summary>The logs that are there no more, now that these blocks have been looked at.</summary>
    /// <param name="letGo">Gets those whose blocks lie too deep for another look.</param>
    internal List<Slot> Swept(long from, long through, List<Slot> letGo)
    {
        // What is new may still be told in parts, and is looked at again. A sweep that comes from behind leaves blocks behind it that none will
        // look at again, and of which there may be logs from before: those lie deep enough to be judged now.
        var judged = Math.Max(Math.Min(through, _through), through - Buried);
        var vanished = _blocks
            .Where(block => block.Key >= from && block.Key <= judged && _shown.Contains(block.Key))
            .SelectMany(static block => block.Value.Where(slot => slot.Fill.Block == block.Key))
            .Where(slot => slot is { Removed: false, State: SlotState.Released } && slot.ToldIn != _look)
            .ToList();
        _look++;
        _shown.Clear();
        _through = _through == long.MaxValue ? through : Math.Max(_through, through);
        while (_blocks.Count > 0 && _blocks.Keys.First() is var oldest && oldest < _through - Depth)
            LetGo(oldest, letGo);
        return vanished;
    }

    private void Hold(Slot slot, long block)
    {
        if (!_blocks.TryGetValue(block, out var slots))
            _blocks.Add(block, slots = []);
        if (slots.Add(slot))
            slot.Holds++;
    }

    private void LetGo(long block, List<Slot> letGo)
    {
        _blocks.Remove(block, out var slots);
        foreach (var slot in slots!)
        {
            slot.Holds--;
            letGo.Add(slot);
        }
    }
}
