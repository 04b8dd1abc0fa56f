using Oddswire.Messages.Orders;

namespace Oddswire.Actors.Feeds;

/// <summary>Logs that cannot be told yet, by block: its time is not known, or too few blocks lie over it.</summary>
internal sealed class WaitingLogs
{
    private readonly SortedDictionary<long, List<ChainFill>> _blocks = [];

    internal int Count { get; private set; }

    internal long[] Blocks => [.. _blocks.Keys];

    internal void Add(ChainFill fill)
    {
        if (!_blocks.TryGetValue(fill.Block, out var logs))
            _blocks.Add(fill.Block, logs = []);
        logs.Add(fill);
        Count++;
    }

    internal void Remove(ChainFill removed)
    {
        if (!_blocks.TryGetValue(removed.Block, out var logs))
            return;
        Count -= logs.RemoveAll(fill => fill.Tx == removed.Tx && fill.LogIndex == removed.LogIndex);
        if (logs.Count == 0)
            _blocks.Remove(removed.Block);
    }

    /// <summary>Those of a block, in the order of their logs.</summary>
    internal IReadOnlyList<ChainFill> Take(long block)
    {
        if (!_blocks.Remove(block, out var logs))
            return [];
        Count -= logs.Count;
        logs.Sort(static (a, b) => a.LogIndex.CompareTo(b.LogIndex));
        return logs;
    }

    internal bool AnyThrough(long block)
    {
        foreach (var first in _blocks.Keys)
            return first <= block;
        return false;
    }
}
