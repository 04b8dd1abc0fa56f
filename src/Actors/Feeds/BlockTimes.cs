namespace Oddswire.Actors.Feeds;

/// <summary>The times of the blocks seen lately, in unix seconds, and those that are still to be asked for: a few at a time, each once.</summary>
internal sealed class BlockTimes
{
    // Some two hours of blocks.
    private const int Most = 4_096;

    // A sweep after an outage wants hundreds; no node and no queue of ours takes that many questions at once.
    private const int MostUnderWay = 32;

    private readonly Dictionary<long, long> _times = [];
    private readonly Queue<long> _byAge = [];
    private readonly SortedSet<long> _wanted = [];
    private readonly HashSet<long> _underWay = [];
    private readonly List<long> _missed = [];

    internal bool TryGet(long block, out long time) => _times.TryGetValue(block, out time);

    internal void Want(long block)
    {
        if (!_times.ContainsKey(block) && !_underWay.Contains(block) && !_missed.Contains(block))
            _wanted.Add(block);
    }

    internal bool TryAsk(out long block)
    {
        block = _wanted.Min;
        if (_wanted.Count == 0 || _underWay.Count >= MostUnderWay)
            return false;
        _wanted.Remove(block);
        return _underWay.Add(block);
    }

    internal void Learn(long block, long time)
    {
        _underWay.Remove(block);
        _wanted.Remove(block);
        if (_times.TryAdd(block, time))
            _byAge.Enqueue(block);
        else
            _times[block] = time;
        if (_byAge.Count > Most)
            _times.Remove(_byAge.Dequeue());
    }

    /// <summary>This node does not have it yet.</summary>
    internal void Miss(long block)
    {
        if (_underWay.Remove(block))
            _missed.Add(block);
    }

    /// <summary>What was missed is wanted again: with a tick, not in a loop.</summary>
    internal void WantMissed()
    {
        _wanted.UnionWith(_missed);
        _missed.Clear();
    }
}
