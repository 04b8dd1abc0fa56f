namespace Oddswire.Actors.Feeds;

/// <summary>The times of the blocks seen lately, in unix seconds, each asked for once.</summary>
internal sealed class BlockTimes
{
    // Some two hours of blocks.
    private const int Most = 4_096;

    private readonly Dictionary<long, long?> _times = [];
    private readonly Queue<long> _byAge = [];

    internal bool TryGet(long block, out long time)
    {
        time = 0;
        if (!_times.TryGetValue(block, out var known) || known is not { } value)
            return false;
        time = value;
        return true;
    }

    /// <summary>True once per block.</summary>
    internal bool TryAsk(long block) => TryRemember(block, null);

    internal void Learn(long block, long time)
    {
        if (!TryRemember(block, time))
            _times[block] = time;
    }

    internal void Forget(long block) => _times.Remove(block);

    private bool TryRemember(long block, long? time)
    {
        if (!_times.TryAdd(block, time))
            return false;
        _byAge.Enqueue(block);
        if (_byAge.Count > Most)
            _times.Remove(_byAge.Dequeue());
        return true;
    }
}
